// SPDX-License-Identifier: Apache-2.0
#include "sim/base_text.hpp"

#include "vfmgr/result.hpp"

#include "core/record.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kHeader = "vfhost 1";
constexpr std::string_view kEnd = "log";
constexpr std::string_view kVolatile = "volatile/";

std::optional<Space> space_named(std::string_view name) {
  for (std::size_t at = 0; at < kSpaces; ++at) {
    if (to_string(static_cast<Space>(at)) == name) {
      return static_cast<Space>(at);
    }
  }
  return std::nullopt;
}

/// What is wrong with a line.
using Complaint = std::optional<std::string>;

/// "[rw]", "[w]", "[r!5]" behind a path: mode, and the errno of reading.
struct Flags {
  Mode mode = Mode::read_only;
  int read_errno = 0;
};

std::optional<Flags> parse_flags(std::string_view text) {
  Flags flags;
  const std::size_t mark = text.find('!');
  const std::string_view mode = text.substr(0, mark);
  if (mark != std::string_view::npos) {
    const auto number = stored_number(text.substr(mark + 1));
    if (!number || *number == 0 || *number > 4095) {
      return std::nullopt;
    }
    flags.read_errno = static_cast<int>(*number);
  }
  if (mode == "rw") {
    flags.mode = Mode::read_write;
  } else if (mode == "w") {
    flags.mode = Mode::write_only;
  } else if (mode != "r") {
    return std::nullopt;
  }
  return flags;
}

std::string spell_flags(const Node& node) {
  if (node.mode == Mode::read_only && node.read_errno == 0) {
    return {};
  }
  const char* mode = node.mode == Mode::read_write   ? "rw"
                     : node.mode == Mode::write_only ? "w"
                                                     : "r";
  return node.read_errno == 0 ? fmt::format(" [{}]", mode)
                              : fmt::format(" [{}!{}]", mode, node.read_errno);
}

/// Whether something can be put at this path: nothing stands there or above it that is no
/// directory.
bool is_free(const Tree& tree, Space space, std::string_view path) {
  if (tree.find(space, path) != nullptr) {
    return false;
  }
  for (std::string_view at = parent_of(path); !at.empty(); at = parent_of(at)) {
    if (const Node* node = tree.find(space, at); node != nullptr) {
      return node->kind == Node::Kind::directory;
    }
  }
  return true;
}

Complaint read_file(Tree& tree, Space space, std::string_view left, std::string_view value) {
  Flags flags;
  std::string_view path = left;
  if (left.ends_with(']')) {
    const std::size_t open = left.rfind(" [");
    const auto parsed = open == std::string_view::npos
                            ? std::nullopt
                            : parse_flags(left.substr(open + 2, left.size() - open - 3));
    if (!parsed) {
      return "the flags in [] are none of r, w, rw, with !ERRNO behind them or not";
    }
    flags = *parsed;
    path = left.substr(0, open);
  }
  auto bytes = unescape_field(value);
  if (!bytes) {
    return bytes.error().why;
  }
  if (!path_can_be_written(path)) {
    return "this is no path";
  }
  if (!is_free(tree, space, path)) {
    return "this path is already taken";
  }
  tree.put(space, path, std::move(*bytes), flags.mode, flags.read_errno);
  return std::nullopt;
}

Complaint read_link(Tree& tree, Space space, std::string_view path, std::string_view target) {
  auto plain = unescape_field(target);
  if (!plain || plain->empty() || !path_can_be_written(path)) {
    return "this is no link";
  }
  if (!is_free(tree, space, path)) {
    return "this path is already taken";
  }
  tree.put_link(space, path, std::move(*plain));
  return std::nullopt;
}

Complaint read_place(Tree& tree, std::string_view line) {
  const std::size_t colon = line.find(':');
  const auto space =
      colon == std::string_view::npos ? std::nullopt : space_named(line.substr(0, colon));
  if (!space) {
    return "the line begins with no namespace (sys:, dev:, module:, hidden: …)";
  }
  const std::string_view rest = line.substr(colon + 1);
  const std::size_t equals = rest.find(" = ");
  const std::size_t arrow = rest.find(" -> ");
  if (equals < arrow) {
    return read_file(tree, *space, rest.substr(0, equals), rest.substr(equals + 3));
  }
  if (arrow != std::string_view::npos) {
    return read_link(tree, *space, rest.substr(0, arrow), rest.substr(arrow + 4));
  }
  if (rest.ends_with(" =")) {
    return read_file(tree, *space, rest.substr(0, rest.size() - 2), "");
  }
  if (rest.ends_with('/')) {
    const std::string_view path = rest.substr(0, rest.size() - 1);
    const Node* there = tree.find(*space, path);
    const bool can_be =
        there == nullptr ? is_free(tree, *space, path) : there->kind == Node::Kind::directory;
    if (!path_can_be_written(path) || !can_be) {
      return "this directory cannot be made";
    }
    tree.put_directory(*space, path);
    return std::nullopt;
  }
  return "neither 'PATH = VALUE' nor 'PATH -> TARGET' nor 'DIRECTORY/'";
}

Complaint read_line(Tree& tree, std::string_view line) {
  if (line.empty() || line.starts_with('#')) {
    return std::nullopt;
  }
  if (line.starts_with("kernel = ")) {
    tree.put(Space::hidden, "kernel", std::string(line.substr(9)));
    return std::nullopt;
  }
  if (line.starts_with("rules ")) {
    const std::size_t space = line.find(' ', 6);
    const std::string path =
        "drivers/" +
        std::string(line.substr(6, space == std::string_view::npos ? space : space - 6)) + "/rules";
    if (space == std::string_view::npos || !path_can_be_written(path)) {
      return "write it as 'rules DRIVER NAME'";
    }
    if (!is_free(tree, Space::hidden, path)) {
      return "this driver already has its rules";
    }
    tree.put(Space::hidden, path, std::string(line.substr(space + 1)));
    return std::nullopt;
  }
  return read_place(tree, line);
}

void write_space(const Machine& machine, Space space, bool with_volatile, std::string& text) {
  machine.tree().for_each(space, [&](const std::string& path, const Node& node) {
    if (path.empty() || (space == Space::hidden &&
                         (path == "kernel" || (!with_volatile && path.starts_with(kVolatile))))) {
      return;
    }
    const std::string place = fmt::format("{}:{}", to_string(space), path);
    switch (node.kind) {
      case Node::Kind::directory:
        text += place + "/\n";
        break;
      case Node::Kind::link:
        text += place + " -> " + escape_field(node.text) + "\n";
        break;
      case Node::Kind::file:
        text += place + spell_flags(node) + " = " + escape_field(node.text) + "\n";
        break;
    }
  });
}

std::string spaces_text(const Machine& machine, bool with_volatile) {
  std::string text;
  if (const std::string* kernel = machine.tree().text(Space::hidden, "kernel")) {
    text += "kernel = " + *kernel + "\n";
  }
  for (std::size_t at = 0; at < kSpaces; ++at) {
    write_space(machine, static_cast<Space>(at), with_volatile, text);
  }
  return text;
}

}  // namespace

bool path_can_be_written(std::string_view path) {
  constexpr std::size_t kPathMax = 4096;  // include/uapi/linux/limits.h
  if (path.empty() || path.size() >= kPathMax || path.find(" = ") != std::string_view::npos ||
      path.find(" -> ") != std::string_view::npos || path.find(" [") != std::string_view::npos ||
      path.ends_with(" =") || path.ends_with('/') ||
      std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    return false;
  }
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (name.empty() || name == "." || name == "..") {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    path.remove_prefix(slash + 1);
  }
}

Result<Base> read_base(Machine& machine, std::string_view text, const std::string& file) {
  Base base;
  while (base.bytes < text.size()) {
    const std::size_t newline = text.find('\n', base.bytes);
    const bool whole = newline != std::string_view::npos;
    const std::string_view line =
        text.substr(base.bytes, (whole ? newline : text.size()) - base.bytes);
    base.bytes = whole ? newline + 1 : text.size();
    ++base.lines;
    Complaint fault;
    if (!whole) {
      fault = "the file ends in the middle of this line";
    } else if (base.lines == 1) {
      fault = line == kHeader ? Complaint{}
                              : Complaint("not a host file: it does not begin with 'vfhost 1'");
    } else if (line == kEnd) {
      return base;
    } else {
      fault = read_line(machine.tree(), line);
    }
    if (fault) {
      return fail(
          {.kind = ErrorKind::syntax,
           .subject = file,
           .why = *fault,
           .spot = Spot{.file = file,
                        .line = base.lines,
                        .column = 1,
                        .length = static_cast<std::uint32_t>(std::max<std::size_t>(line.size(), 1)),
                        .text = std::string(line)}});
    }
  }
  return fail(
      {.kind = ErrorKind::syntax,
       .subject = file,
       .why = base.lines == 0 ? "the file is empty"
                              : "the file ends before its base does: no line 'log'",
       .help = "it is cut off; take a whole copy",
       .spot = Spot{.file = file, .line = base.lines, .column = 1, .length = 1, .text = {}}});
}

std::string write_base(const Machine& machine) {
  return std::string(kHeader) + "\n" + spaces_text(machine, true) + std::string(kEnd) + "\n";
}

std::string dump_text(const Machine& machine) {
  return spaces_text(machine, false);
}

}  // namespace vfmgr::sim
