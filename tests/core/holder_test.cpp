// SPDX-License-Identifier: Apache-2.0
#include "core/holder.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

/// Arguments as the kernel shows them: each with a NUL behind it.
std::string shown(std::initializer_list<std::string_view> words) {
  std::string arguments;
  for (const std::string_view word : words) {
    arguments += word;
    arguments += '\0';
  }
  return arguments;
}

TEST(Holder, FindsTheNameOfAVmInQemusArguments) {
  const std::string qemu = "/usr/bin/qemu-system-x86_64";
  EXPECT_EQ(vm_of(shown({qemu, "-name", "web-2"})), "web-2");
  EXPECT_EQ(vm_of(shown({qemu, "-S", "-name", "guest=web-2,debug-threads=on"})), "web-2");
  EXPECT_EQ(vm_of(shown({qemu, "-name", "debug-threads=on,guest=web-2"})), "web-2");
  EXPECT_EQ(vm_of(shown({qemu, "-name", "guest=a,,b=c,process=x"})), "a,b=c");
  EXPECT_EQ(vm_of(shown({"/usr/bin/kvm", "-id", "100", "-name", "db,debug-threads=on"})), "db");
  EXPECT_EQ(vm_of(shown({"/usr/libexec/qemu-kvm", "--name", "x"})), "x");
}

TEST(Holder, TellsNoNameWhereThereIsNone) {
  EXPECT_EQ(vm_of(""), std::nullopt);
  EXPECT_EQ(vm_of(shown({"/usr/bin/qemu-system-x86_64", "-S"})), std::nullopt);
  EXPECT_EQ(vm_of(shown({"/usr/bin/qemu-system-x86_64", "-name"})), std::nullopt);
  EXPECT_EQ(vm_of(shown({"/usr/bin/qemu-system-x86_64", "-name", "process=x"})), std::nullopt);
  EXPECT_EQ(vm_of(shown({"/usr/bin/python3", "-name", "web-2"})), std::nullopt);
}

TEST(Holder, FindsAContainerByItsCgroup) {
  const std::string id(64, 'a');
  const std::string shown_id(12, 'a');
  EXPECT_EQ(container_of("0::/system.slice/docker-" + id + ".scope\n"), "docker " + shown_id);
  EXPECT_EQ(container_of("0::/machine.slice/libpod-" + id + ".scope/container"),
            "podman " + shown_id);
  EXPECT_EQ(container_of("12:cpu:/docker/" + id + "\n11:memory:/docker/" + id + "\n"),
            "docker " + shown_id);
  EXPECT_EQ(container_of("0::/lxc.payload.web/init.scope"), "lxc web");
  EXPECT_EQ(container_of("0::/kubepods/besteffort/pod1-2-3/" + id), "pod " + shown_id);
  EXPECT_EQ(container_of("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope"),
            "containerd " + shown_id);
}

TEST(Holder, TellsNoContainerOnTheHost) {
  EXPECT_EQ(container_of(""), std::nullopt);
  EXPECT_EQ(container_of("0::/user.slice/user-0.slice/session-1.scope"), std::nullopt);
  EXPECT_EQ(container_of("0::/system.slice/docker.service"), std::nullopt);
  EXPECT_EQ(container_of("nothing of the kind"), std::nullopt);
}

}  // namespace
}  // namespace vfmgr::test
