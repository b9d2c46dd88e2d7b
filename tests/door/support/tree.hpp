// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

/// A folder that looks like a machine, gone at the end of the test.
class Tree {
 public:
  Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  Tree(Tree&&) = delete;
  Tree& operator=(Tree&&) = delete;
  ~Tree();

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Makes a file with its folders, "sys/…", and says where it is.
  std::filesystem::path file(const std::string& path, std::string_view bytes) const;
  std::filesystem::path folder(const std::string& path) const;
  std::filesystem::path link(const std::string& path, const std::string& target) const;
  std::filesystem::path fifo(const std::string& path) const;
  /// A script with `#!/bin/sh`.
  std::filesystem::path script(const std::string& path, std::string_view lines) const;
  [[nodiscard]] std::string bytes_of(const std::string& path) const;
  /// The door to this tree; it opens the kernel's PCI places and what stands below `sys:free/`,
  /// `sys:config/NAME`, `sys:answered/NAME` (where what begins with "sorry" is no success),
  /// `dev:free/`, `config:GPU/42c` to `468`, `module:NAME`, `nvml:GPU/NAME`, `amdsmi:GPU/NAME`,
  /// `program:usr/bin/NAME`, and of `mmio:` `GPU/5/00000ffc`, `GPU/5/00001004` and
  /// `GPU/2/00001004`. Of the options it takes those that are not about where the tree is.
  [[nodiscard]] std::unique_ptr<Kernel> door(const LinuxOptions& options = {}) const;

 private:
  std::filesystem::path root_;
};

/// `sys:free/NAME`, which may be read and written.
Place free_place(const std::string& name);

/// Asks again and again until it is so; false: not within ten seconds.
bool eventually(const std::function<bool()>& condition);

/// How many processes this one has as children, dead or alive, that were not waited for.
bool has_children();

}  // namespace vfmgr::test
