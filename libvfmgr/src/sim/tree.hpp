// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

/// The door's namespaces, in the order of In, and one that the door never shows: what hardware and
/// drivers know. Below `hidden:volatile/` stands what is no part of the host when two are compared.
enum class Space : std::uint8_t {
  sys,
  proc,
  dev,
  debug,
  etc,
  config,
  mmio,
  module,
  nvml,
  amdsmi,
  program,
  hidden
};
inline constexpr std::size_t kSpaces = 12;
inline Space space_of(In in) {
  return static_cast<Space>(in);
}
/// "sys", …, "hidden".
std::string_view to_string(Space space);

/// What a file may be opened for; root cannot open a sysfs file against its mode either.
enum class Mode : std::uint8_t { read_only, write_only, read_write };

/// A directory, a file or a symbolic link.
struct Node {
  enum class Kind : std::uint8_t { directory, file, link };
  Kind kind = Kind::directory;
  Mode mode = Mode::read_only;
  int read_errno = 0;  ///< of a file: what reading it fails with
  std::string text;    ///< a file's bytes, a link's target
  bool kept = false;   ///< of a directory: stays when it becomes empty
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
};

/// A tree of files per namespace. Paths are relative, without "." or ".." unless said otherwise.
/// Directories come with what is put below them, and go with the last of it.
class Tree {
 public:
  /// What stands exactly there; no link is followed. nullptr: nothing.
  [[nodiscard]] const Node* find(Space space, std::string_view path) const;
  /// The file's bytes, or nothing. As find.
  [[nodiscard]] const std::string* text(Space space, std::string_view path) const;

  /// Makes a file, or changes its bytes and keeps its mode.
  void put(Space space, std::string_view path, std::string bytes);
  /// Makes a file with this mode.
  void put(Space space, std::string_view path, std::string bytes, Mode mode, int read_errno = 0);
  /// Makes a link.
  void put_link(Space space, std::string_view path, std::string target);
  /// Makes a directory that stays when it is empty.
  void put_directory(Space space, std::string_view path);
  /// Takes it away with all below it, and directories above that only existed for it.
  void erase(Space space, std::string_view path);

  struct Resolved {
    int error = 0;  ///< ENOENT, ENOTDIR, ELOOP, EXDEV
    const Node* node = nullptr;
    std::string path;  ///< canonical; of an ENOENT for the last component: where it would be
  };
  /// Walks the path as the door does (openat2 with RESOLVE_BENEATH): links are followed, ".." goes
  /// up from where a link led, and what would leave the namespace is refused with EXDEV.
  [[nodiscard]] Resolved resolve(Space space, std::string_view path, bool follow_last) const;

  /// Names in the directory at a canonical path, sorted; empty when there is none.
  [[nodiscard]] std::vector<std::string> names(Space space, std::string_view path) const;

  /// Every file and link, and directories that are empty or kept; what is above comes first.
  void for_each(Space space,
                const std::function<void(const std::string& path, const Node& node)>& visit) const;

 private:
  Node& make(Space space, std::string_view path);
  std::array<Node, kSpaces> roots_;
};

/// "../../a/b": the way from a directory to a path, both canonical.
std::string relative_link(std::string_view from_directory, std::string_view to);
/// "a/b" of "a/b/c"; "" of "a".
std::string_view parent_of(std::string_view path);
/// "c" of "a/b/c".
std::string_view leaf_of(std::string_view path);

}  // namespace vfmgr::sim
