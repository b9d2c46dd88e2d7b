// SPDX-License-Identifier: Apache-2.0
// A driver's list of vGPU types, and names that somebody wrote: whatever stands there, it is
// bounded, and what was read is read again alike.
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/type_name.hpp"
#include "support/law.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using vfmgr::fuzz::law;
using vfmgr::nvidia::Card;
using vfmgr::nvidia::Listed;
using vfmgr::nvidia::Mode;

/// As recent drivers print it.
std::string written(const std::vector<Listed>& types) {
  std::string text = "ID    : vGPU Name\n";
  for (const Listed& type : types) {
    text += std::to_string(type.id) + "  : " + type.name + '\n';
  }
  return text;
}

void name(std::string_view text) {
  const auto type = vfmgr::nvidia::parse_type_name(text);
  if (type) {
    law(!type->card.empty() && type->bytes > 0, "a name that is one tells card and size");
    law(text.size() > type->card.size(), "the card is a part of the name");
  }
  law(text.ends_with(vfmgr::nvidia::short_name(text)), "a short name ends the whole one");
}

/// What untrusted names lead to: no size is divided by, no sum runs over.
void use(const Card& card) {
  for (const Mode mode : {Mode::equal, Mode::mixed, Mode::mig}) {
    const auto count = card.types.size() < 8 ? what_else_fits(card, mode, {}, {}).size() : 0;
    law(count <= card.types.size(), "no more types fit than there are");
  }
}

void list(std::string_view text) {
  const std::vector<Listed> types = vfmgr::nvidia::parse_type_list(text);
  law(types.size() <= 1024, "a list has an end");
  for (const Listed& type : types) {
    law(type.id != 0 && !type.name.empty(), "a type has an id and a name");
    name(type.name);
  }
  const std::string again = written(types);
  law(written(vfmgr::nvidia::parse_type_list(again)) == again, "what was read is read again");
  use(vfmgr::nvidia::card_of_list(types));
  for (const std::uint16_t device : std::array<std::uint16_t, 2>{0x26b9, 0x2bb5}) {
    const Card card = with_listed(*vfmgr::nvidia::card_of(device, 0), types);
    for (const Listed& type : types) {
      law(find_type(card, std::to_string(type.id)) != nullptr, "what is listed is found");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  name(text);
  list(text);
  return 0;
}
