// SPDX-License-Identifier: Apache-2.0
#include "sim/tree.hpp"

#include "vfmgr/place.hpp"

#include <cerrno>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

/// Takes the first component off a path.
std::string_view next_component(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view name = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return name;
}

std::string below(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) {
    path += '/';
  }
  return path.append(name);
}

void visit_below(const std::string& path,
                 const Node& node,
                 const std::function<void(const std::string&, const Node&)>& visit) {
  if (node.kind != Node::Kind::directory) {
    visit(path, node);
    return;
  }
  if (!path.empty() && (node.children.empty() || node.kept)) {
    visit(path, node);
  }
  for (const auto& [name, child] : node.children) {
    visit_below(below(path, name), *child, visit);
  }
}

}  // namespace

std::string_view to_string(Space space) {
  return space == Space::hidden ? "hidden" : vfmgr::to_string(static_cast<In>(space));
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view leaf_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string relative_link(std::string_view from_directory, std::string_view to) {
  while (!from_directory.empty() && !to.empty()) {
    std::string_view from_rest = from_directory;
    std::string_view to_rest = to;
    if (next_component(from_rest) != next_component(to_rest) || to_rest.empty()) {
      break;
    }
    from_directory = from_rest;
    to = to_rest;
  }
  std::string link;
  while (!from_directory.empty()) {
    next_component(from_directory);
    link += "../";
  }
  return link + std::string(to);
}

const Node* Tree::find(Space space, std::string_view path) const {
  const Node* node = &roots_.at(static_cast<std::size_t>(space));
  while (!path.empty()) {
    const auto child = node->children.find(next_component(path));
    if (child == node->children.end()) {
      return nullptr;
    }
    node = child->second.get();
  }
  return node;
}

const std::string* Tree::text(Space space, std::string_view path) const {
  const Node* node = find(space, path);
  return node != nullptr && node->kind == Node::Kind::file ? &node->text : nullptr;
}

Node& Tree::make(Space space, std::string_view path) {
  Node* node = &roots_.at(static_cast<std::size_t>(space));
  while (!path.empty()) {
    const std::string_view name = next_component(path);
    auto child = node->children.find(name);
    if (child == node->children.end()) {
      child = node->children.emplace(std::string(name), std::make_unique<Node>()).first;
    }
    node = child->second.get();
  }
  return *node;
}

void Tree::put(Space space, std::string_view path, std::string bytes) {
  Node& node = make(space, path);
  node.kind = Node::Kind::file;
  node.text = std::move(bytes);
}

void Tree::put(Space space, std::string_view path, std::string bytes, Mode mode, int read_errno) {
  Node& node = make(space, path);
  node.kind = Node::Kind::file;
  node.mode = mode;
  node.read_errno = read_errno;
  node.text = std::move(bytes);
}

void Tree::put_link(Space space, std::string_view path, std::string target) {
  Node& node = make(space, path);
  node.kind = Node::Kind::link;
  node.text = std::move(target);
}

void Tree::put_directory(Space space, std::string_view path) {
  make(space, path).kept = true;
}

void Tree::erase(Space space, std::string_view path) {
  std::vector<std::pair<Node*, std::string_view>> way;
  Node* node = &roots_.at(static_cast<std::size_t>(space));
  while (!path.empty()) {
    const std::string_view name = next_component(path);
    const auto child = node->children.find(name);
    if (child == node->children.end()) {
      return;
    }
    way.emplace_back(node, name);
    node = child->second.get();
  }
  while (!way.empty()) {
    auto [parent, name] = way.back();
    way.pop_back();
    parent->children.erase(parent->children.find(name));
    if (!parent->children.empty() || parent->kept) {
      return;
    }
  }
}

namespace {

/// The way through a tree, component by component, as the kernel walks it.
class Walk {
 public:
  explicit Walk(const Node& root, std::string_view path)
      : nodes_{&root}, text_(path), rest_(text_) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] const Node& here() const { return *nodes_.back(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Takes the next component. 0, or the errno with which the kernel stops here.
  int step(bool follow_last) {
    const std::string name(next_component(rest_));
    if (here().kind != Node::Kind::directory) {
      return ENOTDIR;
    }
    if (name.empty() || name == ".") {
      return 0;
    }
    if (name == "..") {
      return up();
    }
    const auto child = here().children.find(name);
    if (child == here().children.end()) {
      path_ = at_end() ? below(path_, name) : std::string();
      return ENOENT;
    }
    const Node& node = *child->second;
    if (node.kind == Node::Kind::link && (follow_last || !at_end())) {
      return follow(node.text);
    }
    path_ = below(path_, name);
    nodes_.push_back(&node);
    return 0;
  }

 private:
  int up() {
    if (nodes_.size() == 1) {
      return EXDEV;
    }
    nodes_.pop_back();
    path_ = std::string(parent_of(path_));
    return 0;
  }

  int follow(const std::string& target) {
    constexpr int kMaxLinks = 40;  // include/linux/namei.h: MAXSYMLINKS
    if (++links_ > kMaxLinks) {
      return ELOOP;
    }
    text_ = below(target, rest_);
    rest_ = text_;
    return rest_.starts_with('/') ? EXDEV : 0;
  }

  std::vector<const Node*> nodes_;
  std::string path_;
  std::string text_;
  std::string_view rest_;
  int links_ = 0;
};

}  // namespace

Tree::Resolved Tree::resolve(Space space, std::string_view path, bool follow_last) const {
  Walk walk(roots_.at(static_cast<std::size_t>(space)), path);
  while (!walk.at_end()) {
    if (const int error = walk.step(follow_last); error != 0) {
      return {
          .error = error, .node = nullptr, .path = error == EXDEV ? std::string() : walk.path()};
    }
  }
  return {.error = 0, .node = &walk.here(), .path = walk.path()};
}

std::vector<std::string> Tree::names(Space space, std::string_view path) const {
  std::vector<std::string> names;
  if (const Node* node = find(space, path); node != nullptr) {
    names.reserve(node->children.size());
    for (const auto& [name, child] : node->children) {
      names.push_back(name);
    }
  }
  return names;
}

void Tree::for_each(
    Space space,
    const std::function<void(const std::string& path, const Node& node)>& visit) const {
  visit_below("", roots_.at(static_cast<std::size_t>(space)), visit);
}

}  // namespace vfmgr::sim
