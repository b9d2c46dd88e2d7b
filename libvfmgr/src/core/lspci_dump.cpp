// SPDX-License-Identifier: Apache-2.0
#include "core/lspci_dump.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/faults.hpp"
#include "core/lspci_line.hpp"
#include "core/numbers.hpp"
#include "core/text_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::size_t kMostOfSpace = 0x1000;
constexpr const char* kHowToMake = "make it with `lspci -Dvvvxxxx`, as root";

std::optional<int> told_number(std::string_view text) {
  const auto number = decimal(text);
  return number && *number <= std::numeric_limits<int>::max()
             ? std::optional(static_cast<int>(*number))
             : std::nullopt;
}

class DumpReader {
 public:
  explicit DumpReader(const SourceText& source) : source_(&source) {}

  Result<std::vector<DumpedFunction>> read() {
    const std::string_view text = source_->text();
    for (line_at_ = 0; line_at_ < text.size() && !enough(faults_);) {
      const std::size_t end = std::min(text.find('\n', line_at_), text.size());
      std::visit(*this, read_lspci_line(text.substr(line_at_, end - line_at_)));
      line_at_ = end + 1;
    }
    end_function();
    check_whole();
    if (!faults_.empty()) {
      return fail(joined(std::move(faults_)));
    }
    return std::move(functions_);
  }

  void operator()(const BlankLine& /*line*/) {}

  void operator()(const BadLine& line) {
    fault(line.begin, line.length, line.why, line.help);
    spoilt_ = true;  // what its bytes come to is not counted
  }

  void operator()(const HeadLine& line) {
    end_function();
    const At at = SourceText::at(line_at_, line_at_ + line.length);
    const auto [before, is_new] = lines_.emplace(line.address, source_->line_of(at));
    if (!is_new) {
      fault(0,
            line.length,
            fmt::format("{} stands in line {} already", to_string(line.address), before->second),
            "one of them is another device's, or the text of two dumps was joined");
    }
    functions_.push_back({.address = line.address, .at = at, .about = line.about});
    open_ = true;
    spoilt_ = false;
  }

  void operator()(const DetailLine& line) {
    if (!open_) {
      return;  // it is told of a device whose first line is wrong, which is said there
    }
    DumpedFunction& function = functions_.back();
    if (line.name == "Kernel driver in use" && !line.value.empty()) {
      function.driver = line.value;
    } else if (line.name == "NUMA node") {
      function.numa_node = told_number(line.value);
    } else if (line.name == "IOMMU group") {
      function.iommu_group = told_number(line.value);
    }
  }

  void operator()(const BytesLine& line) {
    bytes_seen_ = true;
    if (!open_) {
      if (faults_.empty()) {
        fault(line.begin,
              line.length,
              "bytes of no device",
              "the line with the device's address belongs above them");
      }
      return;
    }
    std::string& config = functions_.back().config;
    if (spoilt_) {
      return;
    }
    spoilt_ = line.offset >= kMostOfSpace || line.offset != config.size();
    if (line.offset >= kMostOfSpace) {
      fault(line.begin, line.length, "configuration space ends at 1000", "");
    } else if (line.offset > config.size()) {
      fault(line.begin,
            line.length,
            fmt::format("bytes from {:02x} on are missing before these", config.size()),
            "copy all of its lines, in their order");
    } else if (line.offset < config.size()) {
      fault(line.begin,
            line.length,
            "these bytes stand above already",
            "one of them is another device's, or its address is missing above them");
    } else {
      config += line.bytes;
    }
  }

 private:
  void fault(std::size_t begin, std::size_t length, std::string why, std::string help) {
    faults_.push_back(
        source_
            ->unreadable(SourceText::at(line_at_ + begin,
                                        line_at_ + begin + std::max<std::size_t>(length, 1)),
                         std::move(why),
                         std::move(help))
            .error());
  }

  void end_function() {
    if (!open_) {
      return;
    }
    open_ = false;
    const DumpedFunction& function = functions_.back();
    constexpr std::array<std::size_t, 4> kSizes{64, 128, 256, kMostOfSpace};
    const std::size_t size = function.config.size();
    if (spoilt_ || size == 0 || std::ranges::find(kSizes, size) != kSizes.end()) {
      return;
    }
    faults_.push_back(
        source_
            ->unreadable(function.at,
                         fmt::format("it has {} bytes, and lspci prints 64, 256 or 4096", size),
                         "copy all of its lines")
            .error());
  }

  /// What only shows once everything was read.
  void check_whole() {
    const auto has_bytes = [](const DumpedFunction& one) { return !one.config.empty(); };
    if (functions_.empty() && !bytes_seen_) {
      faults_.clear();  // whatever it is, it is not lspci's
    }
    if (enough(faults_) || (functions_.empty() && !faults_.empty())) {
      return;
    }
    if (std::ranges::none_of(functions_, has_bytes)) {
      if (faults_.empty()) {
        faults_.push_back(source_
                              ->unreadable({},
                                           functions_.empty()
                                               ? "no device stands in it"
                                               : "no device in it has the bytes of its "
                                                 "configuration space",
                                           kHowToMake)
                              .error());
      }
      return;
    }
    for (const DumpedFunction& function : functions_) {
      // Of a device with a fault in its bytes that fault was told.
      if (!has_bytes(function) && !enough(faults_) && !told(function)) {
        faults_.push_back(
            source_->unreadable(function.at, "it has no bytes, as others here do", kHowToMake)
                .error());
      }
    }
  }

  /// Whether a fault stands in the lines of this function.
  [[nodiscard]] bool told(const DumpedFunction& function) const {
    const std::uint32_t from = source_->line_of(function.at);
    const auto next =
        std::ranges::upper_bound(functions_, function.at.offset, {}, [](const DumpedFunction& one) {
          return one.at.offset;
        });
    const std::uint32_t to = next == functions_.end() ? std::numeric_limits<std::uint32_t>::max()
                                                      : source_->line_of(next->at);
    return std::ranges::any_of(faults_, [from, to](const Error& one) {
      return one.spot && one.spot->line >= from && one.spot->line < to;
    });
  }

  const SourceText* source_;
  std::vector<DumpedFunction> functions_;
  std::vector<Error> faults_;
  std::map<PciAddress, std::uint32_t> lines_;
  std::size_t line_at_ = 0;
  bool bytes_seen_ = false;
  bool open_ = false;    ///< the last of functions_ may get more lines
  bool spoilt_ = false;  ///< its bytes are no more looked at
};

}  // namespace

Result<std::vector<DumpedFunction>> parse_lspci_dump(const SourceText& source) {
  return DumpReader(source).read();
}

}  // namespace vfmgr
