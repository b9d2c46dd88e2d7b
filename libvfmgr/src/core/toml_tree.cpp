// SPDX-License-Identifier: Apache-2.0
// The one file that reads untrusted text with toml++, and so the one that catches what it throws.
#include "core/toml_tree.hpp"

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_library.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::size_t kLargestProfile = 16U << 20U;
constexpr std::size_t kLongestLine = 4096;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMostDots = 32;  // outside of strings, on one line: keys nested in keys

Error unreadable_text(const SourceText& source, At at, std::string why, std::string help) {
  return {.kind = ErrorKind::syntax,
          .subject = source.file(),
          .why = std::move(why),
          .help = std::move(help),
          .spot = source.spot(at)};
}

/// Looks at what stands outside of strings and comments, line by line.
class OutsideStrings {
 public:
  /// Takes the next line.
  void take(std::string_view line) {
    dots_ = 0;
    stray_.reset();
    for (std::size_t at = 0; at < line.size();) {
      const auto byte = static_cast<unsigned char>(line[at]);
      if (quote_.empty() && byte >= 0x80 && !stray_) {
        stray_ = at;
      }
      at += quote_.empty() ? outside(line.substr(at)) : inside(line.substr(at));
    }
    if (quote_.size() == 1) {
      quote_ = {};  // such a string ends with its line, if only in an error
    }
  }

  /// The line's dots.
  [[nodiscard]] std::size_t dots() const { return dots_; }
  /// Where on the line the first byte stands that is no ASCII.
  [[nodiscard]] std::optional<std::size_t> stray() const { return stray_; }

 private:
  std::size_t outside(std::string_view rest) {
    for (const std::string_view quote : {R"(""")", "'''", R"(")", "'"}) {
      if (rest.starts_with(quote)) {
        quote_ = quote;
        return quote.size();
      }
    }
    if (rest.front() == '#') {
      return rest.size();
    }
    dots_ += rest.front() == '.' ? 1U : 0U;
    return 1;
  }
  std::size_t inside(std::string_view rest) {
    if (rest.front() == '\\' && quote_.front() == '"') {
      return std::min<std::size_t>(2, rest.size());
    }
    if (!rest.starts_with(quote_)) {
      return 1;
    }
    const std::size_t length = quote_.size();
    quote_ = {};
    return length;
  }

  std::string_view quote_;
  std::size_t dots_ = 0;
  std::optional<std::size_t> stray_;
};

Result<void> check_bounds(const SourceText& source, std::string_view text) {
  if (text.size() > kLargestProfile) {
    return fail(unreadable_text(
        source, {}, "longer than 16 MiB: this is no profile", "split it into several files"));
  }
  OutsideStrings outside;
  std::uint32_t number = 0;
  for (const std::string_view line : source.lines()) {
    ++number;
    const std::size_t mark =
        number == 1 && line.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    outside.take(line.substr(mark));
    if (line.size() > kLongestLine) {
      return fail(unreadable_text(source,
                                  {.line = number, .column = kLongestLine + 1, .length = 1},
                                  "a line of more than 4096 bytes",
                                  "break it into several"));
    }
    if (outside.stray()) {
      // TOML 1.0 has only ASCII there, and toml++ 3.3 runs into undefined behaviour at some of the
      // rest (is_non_ascii_horizontal_whitespace at U+00A1 to U+03FF and others).
      const auto column = static_cast<std::uint32_t>(mark + *outside.stray() + 1);
      return fail(unreadable_text(source,
                                  {.line = number, .column = column, .length = 1},
                                  "this is no TOML: a character that belongs in quotes",
                                  "write keys and values with such characters in quotes"));
    }
    if (outside.dots() > kMostDots) {
      return fail(unreadable_text(source,
                                  {.line = number, .column = 1, .length = 1},
                                  "tables nested too deep",
                                  "no key of a profile has more than two dots"));
    }
  }
  return {};
}

/// toml++ counts columns in code points, spots are in bytes.
std::uint32_t byte_column(std::string_view line, std::uint32_t code_points) {
  std::uint32_t column = 1;
  for (const char byte : line) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
    if (!continues && --code_points == 0) {
      return column;
    }
    ++column;
  }
  // Behind the line's end, where its newline is.
  return column;
}

At region(const SourceText& source, const toml::source_region& from) {
  At at{.line = from.begin.line, .column = from.begin.column, .length = 1};
  if (at.line < 1 || at.line > source.lines().size()) {
    return at;
  }
  const std::string_view line = source.lines()[at.line - 1];
  const auto end_of_line = static_cast<std::uint32_t>(line.size() + 1);
  at.column = byte_column(line, std::max(from.begin.column, 1U));
  const std::uint32_t end = from.end.line == from.begin.line
                                ? byte_column(line, std::max(from.end.column, 1U))
                                : end_of_line;
  at.length = end > at.column ? end - at.column : 1;
  return at;
}

TreeNode convert(const SourceText& source, const toml::node& from);

TreeNode convert_table(const SourceText& source, const toml::table& from) {
  TreeNode node;
  node.kind = Kind::table;
  for (const auto& [key, value] : from) {
    node.table.push_back({.key = std::string(key.str()),
                          .at = region(source, key.source()),
                          .value = convert(source, value)});
  }
  std::ranges::stable_sort(node.table, {}, [](const TreeEntry& entry) {
    return std::pair(entry.at.line, entry.at.column);
  });
  return node;
}

TreeNode convert(const SourceText& source, const toml::node& from) {
  TreeNode node;
  if (const auto* const table = from.as_table()) {
    node = convert_table(source, *table);
  } else if (const auto* const list = from.as_array()) {
    node.kind = Kind::list;
    for (const toml::node& item : *list) {
      node.list.push_back(convert(source, item));
    }
  } else if (const auto* const text = from.as_string()) {
    node.kind = Kind::text;
    node.text = text->get();
  } else if (const auto* const integer = from.as_integer()) {
    node.kind = Kind::integer;
    node.integer = integer->get();
  } else if (const auto* const boolean = from.as_boolean()) {
    node.kind = Kind::boolean;
    node.boolean = boolean->get();
  } else if (from.is_floating_point()) {
    node.kind = Kind::real;
  }
  node.at = region(source, from.source());
  return node;
}

Error syntax_fault(const SourceText& source, const toml::parse_error& thrown) {
  std::string why(thrown.description());
  // "Error while parsing decimal integer: expected digit, saw 'G'": what it was about to read is
  // its own guess, what it met is a fact.
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (const std::size_t colon = why.find(": ");
      why.starts_with(kPrefix) && colon != std::string::npos) {
    why = why.substr(colon + 2);
  }
  std::string help;
  if (why.starts_with("exceeded maximum nested value depth")) {
    why = "values nested too deep";
  } else if (why.starts_with("could not determine value type") ||
             why.starts_with("expected digit")) {
    help = "text stands in quotes";
  } else if (why.starts_with("cannot redefine")) {
    help = "a key or table stands only once in a file; several GPUs are several [[gpu]]";
  }
  return unreadable_text(
      source, region(source, thrown.source()), "this is no TOML: " + why, std::move(help));
}

}  // namespace

Result<TreeNode> read_toml(const SourceText& source, std::string_view text) {
  if (auto bounds = check_bounds(source, text); !bounds) {
    return fail(std::move(bounds.error()));
  }
  try {
    const toml::table root = toml::parse(text, std::string_view());
    return convert(source, root);
  } catch (const toml::parse_error& thrown) {
    return fail(syntax_fault(source, thrown));
  } catch (const std::exception& thrown) {
    return fail(unreadable_text(source, {}, thrown.what(), {}));
  }
}

}  // namespace vfmgr
