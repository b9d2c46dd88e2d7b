// SPDX-License-Identifier: Apache-2.0
#include "sim/tools.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/lspci_dump.hpp"
#include "core/record.hpp"
#include "core/text_tree.hpp"
#include "core/try.hpp"
#include "sim/base_text.hpp"
#include "sim/create.hpp"
#include "sim/driver.hpp"
#include "sim/from_dump.hpp"
#include "sim/host_file.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/state_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

Result<Model> model_named(std::span<const Model> models, const std::string& name) {
  const auto found =
      std::ranges::find_if(models, [&](const Model& model) { return model.name == name; });
  if (found != models.end()) {
    return *found;
  }
  std::string known;
  for (const Model& model : models) {
    known += (known.empty() ? "" : ", ") + model.name;
  }
  return fail({.kind = ErrorKind::invalid,
               .subject = "model",
               .value = name,
               .why = "no such GPU model",
               .help = "there are: " + known});
}

/// A new host file, on which nobody has run anything; one that is there stays as it is.
Result<void> write_new(const std::filesystem::path& file, const std::string& text) {
  const auto failure = [&file](int os_error) {
    return fail(
        {.kind = os_error == EEXIST || os_error == ENOENT || os_error == ENOTDIR
                     ? ErrorKind::invalid
                     : kind_of_errno(os_error),
         .os_error = os_error,
         .subject = file.string(),
         .why = "the host file cannot be made: " + std::generic_category().message(os_error),
         .help = os_error == EEXIST ? "name another file, or remove this one first" : ""});
  };
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return failure(errno);
  }
  forget_state(file);
  std::string_view rest = text;
  int error = 0;
  while (!rest.empty() && error == 0) {
    const ssize_t written = write(descriptor, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (close(descriptor) != 0 && error == 0) {
    error = errno;
  }
  if (error != 0) {
    unlink(file.c_str());
    return failure(error);
  }
  return {};
}

}  // namespace

Result<std::string> host_text(std::span<const ModelCount> gpus) {
  TRY(const auto models, shipped_models());
  std::vector<Model> wanted;
  for (const ModelCount& gpu : gpus) {
    TRY(Model model, model_named(models, gpu.model));
    if (gpu.total_vfs) {
      model.numbers["total_vfs"] = *gpu.total_vfs;
    }
    constexpr std::uint32_t kMost = 256;  // bus numbers end before
    wanted.insert(wanted.end(), std::min(gpu.count, kMost), model);
  }
  TRY(const Machine machine, fresh_machine(wanted));
  return host_file_text(machine);
}

Result<void> create_host(const std::filesystem::path& file, std::span<const ModelCount> gpus) {
  TRY(const std::string text, host_text(gpus));
  return write_new(file, text);
}

Result<MadeFromDump> create_host_from_lspci(const std::filesystem::path& file,
                                            const std::string& dump,
                                            std::string text) {
  const SourceText source(dump, std::move(text));
  TRY(const std::vector<DumpedFunction> functions, parse_lspci_dump(source));
  TRY(const auto models, shipped_models());
  DumpedHost host = machine_of_dump(functions, models);
  TRY_VOID(write_new(file, host_file_text(host.machine)));
  return MadeFromDump{.functions = host.functions,
                      .pfs = host.pfs,
                      .gpus = host.gpus,
                      .notes = std::move(host.notes)};
}

Result<std::vector<ModelInfo>> list_models() {
  TRY(const auto models, shipped_models());
  std::vector<ModelInfo> infos;
  infos.reserve(models.size());
  for (const Model& model : models) {
    infos.push_back({.name = model.name,
                     .vendor = model.vendor,
                     .model = model.model,
                     .driver = model.driver,
                     .total_vfs = model.most_vfs(),
                     .sourced = model.sourced,
                     .assumed = static_cast<std::uint32_t>(model.assumptions.size()),
                     .assumptions = model.assumptions});
  }
  return infos;
}

Result<std::string> dump(const std::filesystem::path& file, Drivers also) {
  TRY(const auto host, HostFile::open(file, also));
  std::string text;
  TRY_VOID(host->look([&text](const Machine& machine) { text = dump_text(machine); }));
  return text;
}

Result<std::vector<Logged>> written(const std::filesystem::path& file, Drivers also) {
  TRY(const auto host, HostFile::open(file, also));
  TRY(const std::string log, host->log());
  TRY(const Records records, decode_records(log, file.string()));
  std::vector<Logged> writes;
  for (const auto& record : records.records) {
    if (record.size() == 5 && record[0] == "w") {
      TRY(const Place place, parse_place(record[1]));
      writes.push_back({.place = place,
                        .bytes = record[2],
                        .os_error = static_cast<int>(stored_number(record[4]).value_or(0))});
    }
  }
  return writes;
}

Result<void> fold(const std::filesystem::path& file, Drivers also) {
  TRY(const auto host, HostFile::open(file, also));
  return host->fold();
}

}  // namespace vfmgr::sim
