// SPDX-License-Identifier: Apache-2.0
// What the library makes of a dump of lspci's: the document of `registers` of each function, as it
// stands in the dump, one a line.
#include "vfmgr/json.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"

#include "core/config_space/decode.hpp"
#include "core/lspci_dump.hpp"
#include "core/text_tree.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "judge DUMP\n";
    return 2;
  }
  std::ifstream in(arguments[1], std::ios::binary);
  const vfmgr::SourceText source(std::string(arguments[1]),
                                 std::string(std::istreambuf_iterator<char>(in), {}));
  const auto functions = vfmgr::parse_lspci_dump(source);
  if (!functions) {
    std::cerr << to_string(functions.error()) << '\n';
    return 1;
  }
  for (const vfmgr::DumpedFunction& function : *functions) {
    vfmgr::Registers registers;
    registers.gpu.address = function.address;
    registers.configuration = vfmgr::config_space::decode(function.config);
    std::string document = registers_to_json(registers);
    std::ranges::replace(document, '\n', ' ');
    std::cout << document << '\n';
  }
  return 0;
}
