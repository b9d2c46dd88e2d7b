// SPDX-License-Identifier: Apache-2.0
// Statements and values of TOML.
#include "core/toml_tree.hpp"

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_bare.hpp"
#include "core/toml_scan.hpp"
#include "core/toml_tables.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::size_t kDeepestToml = 16;  // a profile's values are 3 deep
constexpr std::size_t kLongestStatement = 4096;

class TomlReader {
 public:
  TomlReader(const SourceText& source, const TakeEntry& take)
      : scan_(source), tables_(scan_, take) {}

  Result<void> read() {
    while (true) {
      TRY_VOID(scan_.skip_empty_lines());
      if (scan_.at_end()) {
        break;
      }
      TRY_VOID(scan_.starts_with("[") ? header() : statement());
    }
    tables_.hand_out();
    return {};
  }

 private:
  /// `[a.b]` or `[[a.b]]`.
  Result<void> header() {
    const std::size_t begin = scan_.at();
    const bool element = scan_.starts_with("[[");
    const std::string_view closing = element ? "]]" : "]";
    scan_.skip(closing.size());
    scan_.skip_blanks();
    if (scan_.take(closing)) {
      return scan_.fault(begin, scan_.at(), "a table without a name", "write it like [defaults]");
    }
    TRY(const std::vector<TomlName> names, scan_.take_key());
    if (!scan_.take(closing)) {
      if (const auto odd = odd_name(names.back())) {
        return fail(*odd);
      }
      return scan_.fault(begin,
                         std::max(scan_.end_of_line(), scan_.at()),
                         fmt::format("the name of a table without its '{}'", closing),
                         fmt::format("it ends as it begins: {}{}{}",
                                     element ? "[[" : "[",
                                     scan_.between(begin + closing.size(), scan_.at()),
                                     closing));
    }
    if (!element && scan_.starts_with("]")) {
      return scan_.fault(begin,
                         scan_.at() + 1,
                         "one '[' and two ']'",
                         "a list of tables has two on both sides, a table one");
    }
    const At whole = SourceText::at(begin, scan_.at());
    TRY_VOID(line_end("a table's name stands alone on its line"));
    return element ? tables_.open_element(names, whole) : tables_.open_table(names, whole);
  }

  /// A name in a header with signs in it that belong in quotes; none: it is not that.
  [[nodiscard]] std::optional<Error> odd_name(const TomlName& last) const {
    const std::string_view line = scan_.between(last.at.offset, scan_.end_of_line());
    const std::size_t end = line.find_first_of("]=\"'");
    if (scan_.at_line_end() || end == std::string_view::npos || line[end] != ']') {
      return std::nullopt;
    }
    return scan_
        .fault(last.at.offset,
               last.at.offset + end,
               "a name that belongs in quotes",
               fmt::format("write \"{}\"", line.substr(0, end)))
        .error();
  }

  /// Nothing but a comment until the end of the line.
  Result<void> line_end(std::string_view help) {
    TRY(const bool ended, scan_.take_line_end());
    if (ended) {
      return {};
    }
    if (scan_.starts_with(",")) {
      return scan_.fault(scan_.at(),
                         scan_.end_of_line(),
                         "something stands behind it",
                         "a list stands in brackets, and numbers have no ',' in them");
    }
    const char next = scan_.rest().front();
    return next < ' ' || next > '~' ? scan_.unexpected("the end of the line", {})
                                    : scan_.fault(scan_.at(),
                                                  scan_.end_of_line(),
                                                  "something stands behind it",
                                                  std::string(help));
  }

  /// `KEY = VALUE`.
  Result<void> statement() {
    TRY_VOID(short_line());
    TRY_VOID(take_entry(tables_.here(), 0));
    return line_end("one KEY = VALUE a line; a text stands in quotes as a whole");
  }

  /// Lines that no person writes: neither could one read what is said about them.
  Result<void> short_line() {
    const std::size_t length = std::min(scan_.rest().find('\n'), scan_.rest().size());
    if (length <= kLongestStatement) {
      return {};
    }
    return scan_.fault(scan_.at() + kLongestStatement,
                       scan_.at() + kLongestStatement + 1,
                       "a line of more than 4096 bytes",
                       "break it into several");
  }

  /// Reads `KEY = VALUE` into a table.
  Result<void> take_entry(TreeNode& table, std::size_t depth) {
    TRY(const std::vector<TomlName> names, scan_.take_key());
    if (!scan_.take("=")) {
      return no_equals(names.back());
    }
    scan_.skip_blanks();
    TRY(TreeNode value, take_value(depth));
    return tables_.add(table, names, std::move(value));
  }

  std::unexpected<Error> no_equals(const TomlName& key) {
    if (scan_.starts_with(":")) {
      return scan_.fault(scan_.at(), scan_.at() + 1, "':' where '=' belongs", "write KEY = VALUE");
    }
    if (scan_.at_line_end() || scan_.starts_with("#")) {
      return scan_.fault(key.at.offset,
                         key.at.offset + key.at.length,
                         "a key without a value",
                         "write KEY = VALUE; the name of a table stands in brackets");
    }
    return scan_.unexpected("'='", "write KEY = VALUE");
  }

  Result<TreeNode> take_value(std::size_t depth) {
    const std::size_t begin = scan_.at();
    if (depth == kDeepestToml) {
      return scan_.fault(begin, begin + 1, "values nested too deep", {});
    }
    if (scan_.starts_with("[")) {
      return take_list(depth);
    }
    if (scan_.starts_with("{")) {
      return take_inline_table(depth);
    }
    if (!scan_.starts_with("\"") && !scan_.starts_with("'")) {
      return take_bare_value(scan_);
    }
    TreeNode node;
    node.kind = Kind::text;
    TRY(node.text, scan_.take_string());
    node.at = SourceText::at(begin, scan_.at());
    return node;
  }

  Result<TreeNode> take_list(std::size_t depth) {
    constexpr std::string_view kWhy = "a list without its ']'";
    constexpr std::string_view kHelp = "close it with ]";
    const std::size_t begin = scan_.at();
    TreeNode node;
    node.kind = Kind::list;
    scan_.skip(1);
    while (true) {
      TRY_VOID(scan_.skip_empty_lines());
      if (scan_.take("]")) {
        break;
      }
      if (scan_.at_end() || scan_.at_statement()) {
        return unclosed(begin, kWhy, kHelp);
      }
      TRY_VOID(short_line());
      if (node.list.size() == kMostValues) {
        return scan_.fault(scan_.at(), scan_.at() + 1, "a list of more than 65536 values", {});
      }
      TRY(TreeNode item, take_value(depth + 1));
      node.list.push_back(std::move(item));
      TRY_VOID(scan_.skip_empty_lines());
      if (scan_.take("]")) {
        break;
      }
      if (!scan_.take(",")) {
        return scan_.at_end() || scan_.at_statement()
                   ? unclosed(begin, kWhy, kHelp)
                   : scan_.unexpected("',' or ']'", "values stand with ',' between them");
      }
    }
    node.at = SourceText::at(begin, scan_.at());
    return node;
  }

  std::unexpected<Error> unclosed(std::size_t begin, std::string_view why, std::string_view help) {
    const std::string_view opened = scan_.between(begin, scan_.at());
    const std::size_t end = std::min(opened.find_first_of("\r\n"), opened.size());
    return scan_.fault(begin, begin + end, std::string(why), std::string(help));
  }

  Result<TreeNode> take_inline_table(std::size_t depth) {
    const std::size_t begin = scan_.at();
    constexpr std::string_view kWhy = "an inline table without its '}'";
    constexpr std::string_view kHelp =
        "close it with } on the same line; what takes several lines is a [table] of its own";
    TreeNode node;
    node.kind = Kind::table;
    scan_.skip(1);
    scan_.skip_blanks();
    for (bool more = !scan_.take("}"); more;) {
      scan_.skip_blanks();
      if (scan_.starts_with("}")) {
        return scan_.fault(
            scan_.at(), scan_.at() + 1, "a ',' that nothing follows", "remove the ','");
      }
      if (scan_.at_line_end() || scan_.starts_with("#")) {
        return unclosed(begin, kWhy, kHelp);
      }
      TRY_VOID(take_entry(node, depth + 1));
      scan_.skip_blanks();
      more = !scan_.take("}");
      if (more && !scan_.take(",")) {
        return scan_.at_line_end() || scan_.starts_with("#")
                   ? unclosed(begin, kWhy, kHelp)
                   : scan_.unexpected("',' or '}'", "keys stand with ',' between them");
      }
    }
    node.at = SourceText::at(begin, scan_.at());
    return node;
  }

  TomlScan scan_;
  TomlTables tables_;
};

}  // namespace

Result<void> read_toml(const SourceText& source, const TakeEntry& take) {
  return TomlReader(source, take).read();
}

}  // namespace vfmgr
