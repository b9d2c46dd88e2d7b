// SPDX-License-Identifier: Apache-2.0
#include "core/holder.hpp"

#include "core/words.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// QEMU's own program, whatever a distribution calls it: qemu-system-x86_64, qemu-kvm, kvm.
bool is_qemu(std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  return name.starts_with("qemu-system-") || name == "qemu-kvm" || name == "kvm";
}

/// The value of `guest` in "guest=web-2,debug-threads=on"; the first word may stand without its
/// key. A comma in a name is written twice (qemu-options.hx, -name; util/qemu-option.c).
std::string name_in(std::string_view option) {
  std::string word;
  const auto taken = [](const std::string& one) -> std::optional<std::string> {
    if (one.starts_with("guest=")) {
      return one.substr(std::string_view("guest=").size());
    }
    return one.find('=') == std::string::npos ? std::optional(one) : std::nullopt;
  };
  for (std::size_t at = 0; at < option.size(); ++at) {
    const bool comma = option[at] == ',';
    const bool twice = comma && at + 1 < option.size() && option[at + 1] == ',';
    if (comma && !twice) {
      if (const auto name = taken(word)) {
        return *name;
      }
      word.clear();
      continue;
    }
    word += option[at];
    at += twice ? 1 : 0;
  }
  return taken(word).value_or("");
}

/// How a runtime names the cgroup of a container: PREFIX id SUFFIX.
struct Naming {
  std::string_view runtime, prefix, suffix;
};

// systemd's cgroup driver: opencontainers/runc libcontainer/cgroups/systemd, "PREFIX-NAME.scope";
// prefixes by moby ("docker"), podman ("libpod"), containerd's CRI ("cri-containerd"), CRI-O
// ("crio"). lxc: "lxc.payload.NAME" (lxc.container.conf(5)).
constexpr std::array kNamings{
    Naming{.runtime = "docker", .prefix = "docker-", .suffix = ".scope"},
    Naming{.runtime = "podman", .prefix = "libpod-", .suffix = ".scope"},
    Naming{.runtime = "containerd", .prefix = "cri-containerd-", .suffix = ".scope"},
    Naming{.runtime = "cri-o", .prefix = "crio-", .suffix = ".scope"},
    Naming{.runtime = "lxc", .prefix = "lxc.payload.", .suffix = ""}};

constexpr std::size_t kIdLength = 64;
constexpr std::size_t kShown = 12;  // as the runtimes' own tables show an id

bool is_id(std::string_view text) {
  return text.size() == kIdLength && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string shortened(std::string_view id) {
  return std::string(is_id(id) ? id.substr(0, kShown) : id);
}

std::optional<std::string> container_in(std::string_view path) {
  std::string_view before;
  for (const std::string_view part : split(path, '/')) {
    for (const Naming& naming : kNamings) {
      if (part.starts_with(naming.prefix) && part.ends_with(naming.suffix) &&
          part.size() > naming.prefix.size() + naming.suffix.size()) {
        const std::string_view id = part.substr(
            naming.prefix.size(), part.size() - naming.prefix.size() - naming.suffix.size());
        return std::string(naming.runtime) + " " + shortened(id);
      }
    }
    // The cgroupfs driver: /docker/ID, /kubepods/besteffort/podUID/ID.
    if (is_id(part)) {
      const std::string runtime = before.starts_with("pod") ? "pod" : std::string(before);
      return (runtime.empty() ? "container" : runtime) + " " + shortened(part);
    }
    before = part;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> vm_of(std::string_view arguments) {
  const std::vector<std::string_view> words = split(arguments, '\0');
  if (words.empty() || !is_qemu(words.front())) {
    return std::nullopt;
  }
  for (std::size_t at = 1; at + 1 < words.size(); ++at) {
    if (words[at] == "-name" || words[at] == "--name") {
      std::string name = name_in(words[at + 1]);
      return name.empty() ? std::nullopt : std::optional(std::move(name));
    }
  }
  return std::nullopt;
}

std::optional<std::string> container_of(std::string_view cgroups) {
  for (const std::string_view line : split(cgroups, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) {
      continue;
    }
    if (auto container = container_in(line.substr(second + 1))) {
      return container;
    }
  }
  return std::nullopt;
}

}  // namespace vfmgr
