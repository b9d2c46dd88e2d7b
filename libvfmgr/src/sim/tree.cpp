// SPDX-License-Identifier: Apache-2.0
#include "sim/tree.hpp"

#include "vfmgr/place.hpp"

#include <algorithm>
#include <cerrno>
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
    visit_below(path.empty() ? name : path + "/" + name, *child, visit);
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

Tree::Resolved Tree::resolve(Space space, std::string_view path, bool follow_last) const {
  constexpr int kMaxLinks = 40;  // include/linux/namei.h: MAXSYMLINKS
  const Node* root = &roots_.at(static_cast<std::size_t>(space));
  std::vector<const Node*> nodes{root};
  std::string at;
  std::string rest_text(path);
  std::string_view rest = rest_text;
  int links = 0;
  while (!rest.empty()) {
    const std::string_view name = next_component(rest);
    if (nodes.back()->kind != Node::Kind::directory) {
      return {.error = ENOTDIR, .node = nullptr, .path = at};
    }
    if (name.empty() || name == ".") {
      continue;
    }
    if (name == "..") {
      if (nodes.size() == 1) {
        return {.error = EXDEV, .node = nullptr, .path = {}};
      }
      nodes.pop_back();
      at = std::string(parent_of(at));
      continue;
    }
    const auto child = nodes.back()->children.find(name);
    if (child == nodes.back()->children.end()) {
      const std::string where = at.empty() ? std::string(name) : at + "/" + std::string(name);
      return {.error = ENOENT, .node = nullptr, .path = rest.empty() ? where : std::string{}};
    }
    const Node& node = *child->second;
    if (node.kind == Node::Kind::link && (follow_last || !rest.empty())) {
      if (++links > kMaxLinks) {
        return {.error = ELOOP, .node = nullptr, .path = at};
      }
      std::string next = node.text;
      if (!rest.empty()) {
        next += "/" + std::string(rest);
      }
      rest_text = std::move(next);
      rest = rest_text;
      if (rest.starts_with('/')) {
        return {.error = EXDEV, .node = nullptr, .path = {}};
      }
      continue;
    }
    at = at.empty() ? std::string(name) : at + "/" + std::string(name);
    nodes.push_back(&node);
  }
  return {.error = 0, .node = nodes.back(), .path = at};
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
