// SPDX-License-Identifier: Apache-2.0
#include "core/text_tree.hpp"

#include "vfmgr/result.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// In the order of Kind.
constexpr std::array<std::string_view, 8> kKindWords{"a boolean",
                                                     "an integer",
                                                     "a number with a fraction",
                                                     "a string",
                                                     "a list",
                                                     "a table",
                                                     "null",
                                                     "a date"};

// A search through so few is as fast as any.
constexpr std::size_t kFewEntries = 32;

constexpr std::size_t kLargestText = 16U << 20U;

}  // namespace

const TreeEntry* TreeTable::find(std::string_view key) const {
  const std::size_t at = position(key);
  return at < entries_.size() ? &entries_[at] : nullptr;
}

TreeEntry* TreeTable::find(std::string_view key) {
  const std::size_t at = position(key);
  return at < entries_.size() ? &entries_[at] : nullptr;
}

std::size_t TreeTable::position(std::string_view key) const {
  if (index_) {
    const auto found = index_->find(std::string(key));
    return found == index_->end() ? entries_.size() : found->second;
  }
  const auto found = std::ranges::find(entries_, key, &TreeEntry::key);
  return static_cast<std::size_t>(found - entries_.begin());
}

TreeEntry& TreeTable::add(TreeEntry entry) {
  if (!index_ && entries_.size() == kFewEntries) {
    index_ = std::make_unique<std::unordered_map<std::string, std::size_t>>();
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      index_->emplace(entries_[at].key, at);
    }
  }
  if (index_) {
    index_->emplace(entry.key, entries_.size());
  }
  return entries_.emplace_back(std::move(entry));
}

std::vector<TreeEntry>::const_iterator TreeTable::begin() const {
  return entries_.begin();
}

std::vector<TreeEntry>::const_iterator TreeTable::end() const {
  return entries_.end();
}

bool TreeTable::empty() const {
  return entries_.empty();
}

std::size_t TreeTable::size() const {
  return entries_.size();
}

std::vector<TreeEntry> TreeTable::take() {
  index_.reset();
  return std::exchange(entries_, {});
}

std::string_view kind_word(TreeNode::Kind kind) {
  return kKindWords.at(static_cast<std::size_t>(kind));
}

const TreeEntry* find_entry(const TreeNode& table, std::string_view key) {
  return table.table.find(key);
}

SourceText::SourceText(SharedText file, SharedText text)
    : file_(std::move(file)), text_(std::move(text)), begins_{0} {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text_.view().starts_with(kByteOrderMark)) {
    text_ = text_.part(kByteOrderMark.size(), text_.size());
  }
  const std::string_view all = text_.view();
  begins_.reserve(static_cast<std::size_t>(std::ranges::count(all, '\n')) + 1);
  for (std::size_t at = all.find('\n'); at != std::string_view::npos; at = all.find('\n', at)) {
    begins_.push_back(static_cast<std::uint32_t>(++at));
  }
}

std::uint32_t SourceText::line_of(At at) const {
  const auto above = std::ranges::upper_bound(begins_, at.offset);
  return static_cast<std::uint32_t>(above - begins_.begin());
}

SharedText SourceText::line(std::uint32_t number) const {
  // Not looked for: a text of one line that is ten million bytes long has places, too.
  const std::size_t begin = begins_[number - 1];
  const std::size_t end = number < begins_.size() ? begins_[number] - 1 : text_.size();
  const bool returns = end > begin && text_.view()[end - 1] == '\r';
  return text_.part(begin, end - begin - (returns ? 1 : 0));
}

Spot SourceText::spot(At at) const {
  if (at.length == 0) {
    return {.file = file_, .line = 0, .column = 0, .length = 1, .text = SharedText()};
  }
  constexpr std::size_t kLongestLine = 4096;
  const std::uint32_t number = line_of(at);
  SharedText whole = line(number);
  const std::uint32_t before = at.offset - begins_[number - 1];
  const auto end = static_cast<std::uint32_t>(whole.size());
  return {.file = file_,
          .line = number,
          .column = before + 1,
          .length = before < end ? std::min(at.length, end - before) : 1,
          .text = end > kLongestLine ? SharedText() : std::move(whole)};
}

std::unexpected<Error> SourceText::unreadable(At at, std::string why, std::string help) const {
  return fail({.kind = ErrorKind::syntax,
               .subject = file(),
               .why = std::move(why),
               .help = std::move(help),
               .spot = spot(at)});
}

At SourceText::at(std::size_t begin, std::size_t end) {
  return {.offset = static_cast<std::uint32_t>(begin),
          .length = static_cast<std::uint32_t>(std::max(end, begin + 1) - begin)};
}

std::string_view SourceText::slice(At at) const {
  if (at.length == 0) {
    return {};
  }
  const std::string_view all = text();
  const std::string_view region =
      all.substr(std::min<std::size_t>(at.offset, all.size()), at.length);
  return region.substr(0, region.find_first_of("\r\n"));
}

std::optional<Error> no_text(const SourceText& source) {
  const std::string_view text = source.text();
  if (text.size() > kLargestText) {
    return Error{.kind = ErrorKind::syntax,
                 .subject = source.file(),
                 .why = "longer than 16 MiB: this is no profile",
                 .help = "split it into several files",
                 .spot = source.spot({})};
  }
  const std::size_t good = utf8_prefix(text);
  if (good == text.size()) {
    return std::nullopt;
  }
  const bool wide = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  return Error{.kind = ErrorKind::syntax,
               .subject = source.file(),
               .why = wide ? "the file is in UTF-16" : "a byte that is no UTF-8",
               .help = wide ? "save it as UTF-8"
                            : "save the file as UTF-8, or write the text in plain ASCII",
               .spot = source.spot(SourceText::at(good, good + 1))};
}

}  // namespace vfmgr
