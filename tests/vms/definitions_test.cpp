// SPDX-License-Identifier: Apache-2.0
#include "vms/definitions.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

PciAddress at(const std::string& address) {
  return parse_address(address).value();
}

// Formats: libvirt.org formatdomain, "Host device assignment"; qm.conf(5), "hostpci[n]".
TEST(Definitions, NameThePciFunctionsOfALibvirtDomain) {
  const auto domain = vms::read_libvirt(R"(<domain type='kvm'>
  <name>web &amp; more</name>
  <devices>
    <hostdev mode='subsystem' type='pci' managed='no'>
      <driver name='vfio'/>
      <source><address domain='0x0000' bus='0x41' slot='0x00' function='0x4'/></source>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
    </hostdev>
    <hostdev mode='subsystem' type='pci'>
      <source><address domain='0x10001' bus='0x02' slot='0x1f' function='0x7'/></source>
    </hostdev>
    <hostdev mode='subsystem' type='usb'>
      <source><address bus='1' device='2'/></source>
    </hostdev>
    <hostdev mode='subsystem' type='pci'><source/></hostdev>
  </devices>
</domain>)");
  ASSERT_TRUE(domain) << to_string(domain.error());
  EXPECT_EQ(domain->vm, "web & more");
  ASSERT_THAT(domain->functions, SizeIs(2));
  EXPECT_EQ(domain->functions[0].address, at("0000:41:00.4"));
  EXPECT_EQ(domain->functions[1].address, at("10001:02:1f.7"));
}

TEST(Definitions, SayWhereALibvirtDomainCanNotBeRead) {
  const auto torn = vms::read_libvirt("<domain><name>web</na");
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().kind, ErrorKind::syntax);
  const auto other = vms::read_libvirt("<network><name>default</name></network>");
  ASSERT_TRUE(other);
  EXPECT_THAT(other->functions, IsEmpty());
}

TEST(Definitions, NameThePciFunctionsOfAProxmoxVm) {
  const vms::Mappings mappings = vms::read_mappings(
      "gpu-vf\n"
      "\tdescription A10 VFs\n"
      "\tmap id=10de:2236,iommugroup=60,node=pve1,path=0000:41:00.4,subsystem-id=10de:1482\n"
      "\tmap id=10de:2236,iommugroup=61,node=pve1,path=0000:41:00.5;0000:41:00.6\n"
      "\n"
      "other\n"
      "\tmap id=8086:1572,node=pve1,path=0000:05:00\n");
  const vms::Definition vm = vms::read_proxmox(
      "#a note: hostpci9: 00:02.0\n"
      "hostpci0: mapping=gpu-vf,pcie=1\n"
      "hostpci1: 0000:c1:02.3,mdev=nvidia-592\n"
      "hostpci2: host=03:00;04:00.1,x-vga=1\n"
      "name: db\n"
      "[before-upgrade]\n"
      "hostpci0: 0000:07:00.0\n",
      mappings);
  EXPECT_EQ(vm.vm, "db");
  ASSERT_THAT(vm.functions, SizeIs(6));
  EXPECT_EQ(vm.functions[0].address, at("0000:41:00.4"));
  EXPECT_EQ(vm.functions[2].address, at("0000:41:00.6"));
  EXPECT_EQ(vm.functions[3].address, at("0000:c1:02.3"));
  EXPECT_TRUE(vm.functions[4].names(at("0000:03:00.0")));
  EXPECT_TRUE(vm.functions[4].names(at("0000:03:00.7")));
  EXPECT_FALSE(vm.functions[4].names(at("0000:03:01.0")));
  EXPECT_TRUE(vm.functions[5].names(at("0000:04:00.1")));
  EXPECT_FALSE(vm.functions[5].names(at("0000:04:00.2")));
}

}  // namespace
}  // namespace vfmgr::test
