// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/units.hpp"

#include "vfmgr/result.hpp"

#include "core/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

struct Scale {
  std::string_view name;
  std::uint64_t factor = 1;
};

constexpr std::array kByteScales{Scale{"TiB", 1ULL << 40U},
                                 Scale{"GiB", 1ULL << 30U},
                                 Scale{"MiB", 1ULL << 20U},
                                 Scale{"KiB", 1ULL << 10U},
                                 Scale{"B", 1},
                                 Scale{"TB", 1'000'000'000'000},
                                 Scale{"GB", 1'000'000'000},
                                 Scale{"MB", 1'000'000},
                                 Scale{"KB", 1'000}};
constexpr std::array kTimeScales{Scale{"s", 1'000'000}, Scale{"ms", 1'000}, Scale{"us", 1}};
constexpr std::string_view kInfiniteWord = "infinite";

/// A text cut into digits, digits behind the point, and unit.
struct Parts {
  std::string_view whole, fraction, unit;
};

std::string_view take_digits(std::string_view& text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<Parts> cut(std::string_view text) {
  Parts parts;
  parts.whole = take_digits(text);
  if (parts.whole.empty()) {
    return std::nullopt;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) {
      return std::nullopt;
    }
  }
  const std::size_t begin = text.find_first_not_of(' ');
  parts.unit = begin == std::string_view::npos ? std::string_view() : text.substr(begin);
  return parts;
}

/// 0.DIGITS times factor, where that is whole: long multiplication, digit by digit from the right.
std::optional<std::uint64_t> whole_part_of(std::string_view digits, std::uint64_t factor) {
  std::uint64_t carry = 0;  // stays below factor, so nothing overflows for factors up to 2^60
  for (std::size_t left = digits.size(); left > 0; --left) {
    const std::uint64_t product =
        (static_cast<std::uint64_t>(digits[left - 1] - '0') * factor) + carry;
    if (product % 10 != 0) {
      return std::nullopt;
    }
    carry = product / 10;
  }
  return carry;
}

Error fault(ErrorKind kind, std::string_view text, std::string why, std::string help) {
  return {.kind = kind, .value = std::string(text), .why = std::move(why), .help = std::move(help)};
}

Result<std::uint64_t> scaled(std::string_view text, const Parts& parts, std::uint64_t factor) {
  std::uint64_t number = 0;
  bool too_big = false;
  for (const char digit : parts.whole) {
    too_big = too_big || __builtin_mul_overflow(number, 10U, &number) ||
              __builtin_add_overflow(number, static_cast<std::uint64_t>(digit - '0'), &number);
  }
  too_big = too_big || __builtin_mul_overflow(number, factor, &number);
  // Zeros at the end say nothing, and without them the exact product is found digit by digit.
  std::string_view fraction = parts.fraction;
  while (fraction.ends_with('0')) {
    fraction.remove_suffix(1);
  }
  const auto rest = whole_part_of(fraction, factor);
  if (!rest) {
    return fail(fault(ErrorKind::invalid,
                      text,
                      factor == 1 ? "a fraction of the smallest unit"
                                  : "the fraction gives no whole number of the smallest unit",
                      factor == 1 ? "write a whole number" : "write it in a smaller unit"));
  }
  too_big = too_big || __builtin_add_overflow(number, *rest, &number);
  if (too_big) {
    return fail(fault(ErrorKind::invalid, text, "the number is too big", "no device has so much"));
  }
  return number;
}

/// Other names of units, which stand for themselves nowhere.
struct OtherName {
  std::string_view name, unit;
};
constexpr std::array kOtherNames{OtherName{"byte", "B"},
                                 OtherName{"bytes", "B"},
                                 OtherName{"\u00b5s", "us"},
                                 OtherName{"\u03bcs", "us"},
                                 OtherName{"usec", "us"},
                                 OtherName{"msec", "ms"},
                                 OtherName{"milliseconds", "ms"},
                                 OtherName{"sec", "s"},
                                 OtherName{"second", "s"},
                                 OtherName{"seconds", "s"}};

std::string did_you_mean(const Parts& parts, std::string_view unit) {
  return fmt::format("did you mean \"{}{}{}{}\"?",
                     parts.whole.empty() ? "0" : parts.whole,
                     parts.fraction.empty() ? "" : ".",
                     parts.fraction,
                     unit);
}

/// The unit somebody most likely meant: the same letters in another case ("gib"), or its first
/// ones ("G"), or what others call it.
std::string meant(const Parts& parts, std::span<const Scale> scales, std::string_view otherwise) {
  const std::string unit = fold_case(parts.unit.substr(0, parts.unit.find_last_not_of(' ') + 1));
  if (unit.empty()) {
    return std::string(otherwise);
  }
  for (const Scale& scale : scales) {
    if (fold_case(scale.name).starts_with(unit)) {
      return did_you_mean(parts, scale.name);
    }
  }
  for (const OtherName& other : kOtherNames) {
    for (const Scale& scale : scales) {
      if (other.name == unit && other.unit == scale.name) {
        return did_you_mean(parts, scale.name);
      }
    }
  }
  return std::string(otherwise);
}

/// What is no number at all may be one that is written in another way: " 4GiB", "1,5GiB", ".5GiB".
std::string meant_number(std::string_view text,
                         std::span<const Scale> scales,
                         std::string_view otherwise) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  Parts parts;
  parts.whole = take_digits(text);
  const bool point = text.starts_with('.') || text.starts_with(',');
  text.remove_prefix(point ? 1 : 0);
  if (point) {
    parts.fraction = take_digits(text);
  }
  const std::size_t begin = text.find_first_not_of(' ');
  parts.unit = begin == std::string_view::npos ? std::string_view() : text.substr(begin);
  return parts.whole.empty() && parts.fraction.empty() ? std::string(otherwise)
                                                       : meant(parts, scales, otherwise);
}

const Scale* find(std::span<const Scale> scales, std::string_view unit) {
  for (const Scale& scale : scales) {
    if (scale.name == unit) {
      return &scale;
    }
  }
  return nullptr;
}

/// `value` in units of `factor`, exactly, if that takes at most `most` digits behind the point.
std::optional<std::string> exact(std::uint64_t value, std::uint64_t factor, std::size_t most) {
  std::string text = std::to_string(value / factor);
  std::uint64_t rest = value % factor;
  if (rest != 0) {
    text += '.';
  }
  for (std::size_t digit = 0; rest != 0; ++digit) {
    if (digit == most) {
      return std::nullopt;
    }
    rest *= 10;  // rest is below 2^40
    text += static_cast<char>('0' + (rest / factor));
    rest %= factor;
  }
  return text;
}

/// The shortest spelling; of equally short ones the first scale's.
std::string shortest(std::uint64_t value, std::span<const Scale> scales) {
  std::string best;
  for (const Scale& scale : scales) {
    if (value < scale.factor && scale.factor != 1) {
      continue;  // nobody writes 0.5GB for 500MB
    }
    auto number = exact(value, scale.factor, 3);
    if (number && (best.empty() || number->size() + scale.name.size() < best.size())) {
      best = *number + std::string(scale.name);
    }
  }
  return best;
}

/// Rounded to one decimal in the largest of `scales` (descending) that leaves at least 1.
std::string rounded(std::uint64_t value, std::span<const Scale> scales) {
  std::size_t at = 0;
  while (at + 1 < scales.size() && value < scales[at].factor) {
    ++at;
  }
  const std::uint64_t factor = scales[at].factor;
  std::uint64_t whole = value / factor;
  // The factors are far below 2^60, so ten times a rest fits.
  std::uint64_t tenths = (((value % factor) * 10) + (factor / 2)) / factor;
  if (tenths == 10) {
    ++whole;
    tenths = 0;
  }
  if (at > 0 && whole * factor == scales[at - 1].factor) {
    return fmt::format("1 {}", scales[at - 1].name);
  }
  return tenths == 0 ? fmt::format("{} {}", whole, scales[at].name)
                     : fmt::format("{}.{} {}", whole, tenths, scales[at].name);
}

}  // namespace

Result<Bytes> parse_bytes(std::string_view text) {
  constexpr std::string_view kHow = R"(write a size like "4GiB", "1.5GiB", "500MB" or 4096)";
  const auto parts = cut(text);
  if (!parts) {
    return fail(
        fault(ErrorKind::syntax, text, "not a size", meant_number(text, kByteScales, kHow)));
  }
  const Scale* const scale = find(kByteScales, parts->unit.empty() ? "B" : parts->unit);
  if (scale == nullptr) {
    return fail(fault(ErrorKind::syntax,
                      text,
                      "not a unit of bytes",
                      parts->unit.starts_with(',') ? meant_number(text, kByteScales, kHow)
                                                   : meant(*parts, kByteScales, kHow)));
  }
  const auto number = scaled(text, *parts, scale->factor);
  if (!number) {
    return fail(number.error());
  }
  return Bytes{*number};
}

Result<Microseconds> parse_duration(std::string_view text) {
  constexpr std::string_view kHow = R"(write a time like "500us", "20ms", "1s" or "infinite")";
  if (text == kInfiniteWord) {
    return kInfinite;
  }
  const auto parts = cut(text);
  if (!parts) {
    const std::string folded = fold_case(text);
    const bool no_end = folded == "infinity" || folded == "infinite" || folded == "inf" ||
                        folded == "forever" || folded == "never" || folded == "unlimited";
    return fail(
        fault(ErrorKind::syntax,
              text,
              "not a duration",
              no_end ? R"(did you mean "infinite"?)" : meant_number(text, kTimeScales, kHow)));
  }
  const Scale* const scale = find(kTimeScales, parts->unit);
  if (scale == nullptr) {
    return fail(fault(ErrorKind::syntax,
                      text,
                      parts->unit.empty() ? "a duration without a unit" : "not a unit of time",
                      parts->unit.empty()            ? did_you_mean(*parts, "ms")
                      : parts->unit.starts_with(',') ? meant_number(text, kTimeScales, kHow)
                                                     : meant(*parts, kTimeScales, kHow)));
  }
  const auto number = scaled(text, *parts, scale->factor);
  if (!number) {
    return fail(number.error());
  }
  if (*number == kInfinite.count()) {
    return fail(
        fault(ErrorKind::invalid, text, "the number is too big", "write \"infinite\" for no end"));
  }
  return Microseconds{*number};
}

std::string spell(Bytes bytes) {
  return shortest(bytes.count, kByteScales);
}

std::string spell(Microseconds duration) {
  return duration == kInfinite ? std::string(kInfiniteWord)
                               : shortest(duration.count(), kTimeScales);
}

std::string show(Bytes bytes) {
  return rounded(bytes.count, std::span(kByteScales).first<5>());
}

std::string show(Microseconds duration) {
  return duration == kInfinite ? std::string(kInfiniteWord)
                               : rounded(duration.count(), kTimeScales);
}

}  // namespace vfmgr
