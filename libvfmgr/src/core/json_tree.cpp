// SPDX-License-Identifier: Apache-2.0
#include "core/json_tree.hpp"

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::size_t kDeepest = 32;  // a profile's values are 6 deep

/// Lets nlohmann's parser read a text and tells how far it has come: it gives no places itself.
class Reader {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Reader(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  Reader& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  Reader operator++(int) {
    const Reader before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Reader& left, const Reader& right) { return left.at_ == right.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Takes the parser's events and makes the tree of them.
class TreeMaker final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeMaker(const SourceText& source, std::string_view text)
      : source_(&source), text_(text), reached_(text.data()), token_end_(text.data()) {}

  [[nodiscard]] Result<TreeNode> tree() {
    Reader begin(text_.data(), &reached_);
    const Reader end(text_.data() + text_.size(), &reached_);
    const bool whole = nlohmann::json::sax_parse(begin, end, this);
    if (fault_) {
      return fail(std::move(*fault_));
    }
    if (!whole || root_.kind != Kind::table) {
      return fail(fault({}, "this is no JSON of a profile", "it begins with { and ends with }"));
    }
    return std::move(root_);
  }

  bool null() override { return put({.kind = Kind::null}); }
  bool boolean(bool value) override { return put({.kind = Kind::boolean, .boolean = value}); }
  bool number_integer(number_integer_t value) override {
    return put({.kind = Kind::integer, .integer = value});
  }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto kMost = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    const At at = token();
    return value <= kMost
               ? put({.kind = Kind::integer, .integer = static_cast<std::int64_t>(value)}, at)
               : refuse(at, "a number of more than 63 bits", {});
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    const At at = token();
    return text.find_first_of(".eE") == string_t::npos
               ? refuse(at, "a number of more than 63 bits", {})
               : put({.kind = Kind::real}, at);
  }
  bool string(string_t& value) override {
    return put({.kind = Kind::text, .text = std::move(value)});
  }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON's text has none
  bool start_object(std::size_t /*size*/) override { return open(Kind::table); }
  bool start_array(std::size_t /*size*/) override { return open(Kind::list); }
  bool key(string_t& value) override {
    const At at = token();
    if (!keys_.back().insert(value).second) {
      return refuse(at, "a key that stands there already", "a key stands only once in an object");
    }
    key_ = {.key = std::move(value), .at = at, .value = {}};
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position,
                   const std::string& /*token*/,
                   const nlohmann::detail::exception& thrown) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while
    // parsing value - unexpected …"
    std::string why = thrown.what();
    if (const std::size_t column = why.find(", column "); column != std::string::npos) {
      const std::size_t colon = why.find(": ", column);
      why = colon == std::string::npos ? why : why.substr(colon + 2);
    }
    const std::size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    return refuse(source_->at(text_.data() + at, text_.data() + at + 1), why, {});
  }

 private:
  /// The place of the token that was just read. A number ends where the next character shows it,
  /// and that has been read, too.
  At token() {
    const char* const end = text_.data() + text_.size();
    const auto separates = [](char one) {
      return one == ' ' || one == '\t' || one == '\r' || one == '\n' || one == ',' || one == ':';
    };
    const char* const begin = std::find_if_not(token_end_, end, separates);
    const auto in_number = [](char one) {
      return (one >= '0' && one <= '9') || one == '-' || one == '+' || one == '.' || one == 'e' ||
             one == 'E';
    };
    const bool number = begin != end && ((*begin >= '0' && *begin <= '9') || *begin == '-');
    token_end_ = number ? std::find_if_not(begin, end, in_number) : std::max(begin, reached_);
    return source_->at(begin, token_end_);
  }

  bool put(TreeNode node) { return put(std::move(node), token()); }
  bool put(TreeNode node, At at) {
    node.at = at;
    if (open_.empty()) {
      root_ = std::move(node);
      return true;
    }
    TreeNode& parent = open_.back();
    if (parent.kind == Kind::list) {
      parent.list.push_back(std::move(node));
    } else {
      key_.value = std::move(node);
      parent.table.push_back(std::move(key_));
    }
    return true;
  }

  bool open(Kind kind) {
    const At at = token();
    if (open_.size() == kDeepest) {
      return refuse(at, "values nested too deep", {});
    }
    open_.push_back({.kind = kind, .at = at});
    waiting_.push_back(std::move(key_));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    token();
    TreeNode node = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    key_ = std::move(waiting_.back());
    waiting_.pop_back();
    const At at = node.at;
    return put(std::move(node), at);
  }

  [[nodiscard]] Error fault(At at, std::string why, std::string help) const {
    return {.kind = ErrorKind::syntax,
            .subject = source_->file(),
            .why = std::move(why),
            .help = std::move(help),
            .spot = source_->spot(at)};
  }
  bool refuse(At at, const std::string& why, std::string help) {
    fault_ = fault(at, "this is no JSON of a profile: " + why, std::move(help));
    return false;
  }

  const SourceText* source_;
  std::string_view text_;
  const char* reached_;
  const char* token_end_;
  TreeNode root_;
  std::vector<TreeNode> open_;
  std::vector<TreeEntry> waiting_;  ///< the keys under which the open ones will be put
  std::vector<std::set<std::string, std::less<>>> keys_;
  TreeEntry key_;
  std::optional<Error> fault_;
};

}  // namespace

Result<TreeNode> read_json(const SourceText& source, std::string_view text) {
  return TreeMaker(source, text).tree();
}

}  // namespace vfmgr
