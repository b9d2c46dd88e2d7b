// SPDX-License-Identifier: Apache-2.0
// registers_reader ROOT GPU: what `vgpuctl registers --json` prints, of a tree that looks like a
// machine.
#include "vfmgr/json.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/functions.hpp"
#include "engine/registers.hpp"
#include "engine/tables.hpp"
#include "kernel/linux_kernel.hpp"

#include <cstdio>
#include <filesystem>
#include <span>
#include <string>

namespace {

using namespace vfmgr;

Result<Registers> read_from(const std::filesystem::path& root, const std::string& gpu) {
  const AttrTables named = attr_tables(shipped_backends());
  TRY(const auto kernel,
      open_linux_kernel(
          {.root = root, .state = {.run = root / "run", .lib = root / "lib"}, .named = named}));
  TRY(const Host host, look_at_host(*kernel, shipped_backends(), false));
  TRY(const PciAddress address, parse_address(gpu));
  return read_registers(*kernel, host, address);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) {
    return 2;
  }
  const auto registers = read_from(arguments[1], arguments[2]);
  const std::string text =
      registers ? registers_to_json(*registers) : to_string(registers.error()) + "\n";
  std::fputs(text.c_str(), stdout);
  return registers ? 0 : 1;
}
