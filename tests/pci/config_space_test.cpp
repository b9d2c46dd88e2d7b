// SPDX-License-Identifier: Apache-2.0
#include "pci/config_space.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr {
namespace {

void put(std::string& config, std::size_t at, std::uint32_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8U) {
    config.at(at + i) = static_cast<char>(value & 0xffU);
  }
}

/// ARI at 0x100, SR-IOV at 0x160, as QEMU's igb has them.
std::string function_with_sriov(std::uint32_t initial, std::uint32_t total) {
  std::string config(4096, '\0');
  put(config, 0x100, 0x16010000U | 0x0eU, 4);
  put(config, 0x160, 0x00010010U, 4);
  put(config, 0x16c, initial, 2);
  put(config, 0x16e, total, 2);
  return config;
}

TEST(SriovRegisters, AreFoundBehindOtherCapabilities) {
  const auto found = sriov_registers(function_with_sriov(4, 8));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->initial_vfs, 4);
  EXPECT_EQ(found->total_vfs, 8);
  EXPECT_FALSE(found->migration_capable);
}

TEST(SriovRegisters, TellWhetherVfsCanMigrate) {
  std::string config = function_with_sriov(4, 8);
  put(config, 0x164, 1, 4);
  EXPECT_TRUE(sriov_registers(config)->migration_capable);
}

TEST(SriovRegisters, AreNotThereWhereTheBytesEndBeforeThem) {
  const std::string whole = function_with_sriov(8, 8);
  for (const std::size_t bytes : {0U, 64U, 256U, 259U, 0x160U, 0x16fU}) {
    EXPECT_FALSE(sriov_registers(whole.substr(0, bytes))) << bytes;
  }
  EXPECT_TRUE(sriov_registers(whole.substr(0, 0x170)));
}

TEST(SriovRegisters, AreNotLookedForWithoutEnd) {
  std::string circle(4096, '\0');
  put(circle, 0x100, 0x10010000U | 0x0eU, 4);
  EXPECT_FALSE(sriov_registers(circle));
  put(circle, 0x100, 0x04010000U | 0x0eU, 4);  // into the first 256 bytes
  EXPECT_FALSE(sriov_registers(circle));
  EXPECT_FALSE(sriov_registers(std::string(4096, '\xff')));  // a function that fell off the bus
  EXPECT_FALSE(sriov_registers(std::string(4096, '\0')));
}

/// A vendor's capability 2 of 0x30 bytes at 0x400, behind another vendor's at 0x100.
std::string function_with_vsecs() {
  std::string config(4096, '\0');
  put(config, 0x100, 0x40010000U | 0x0bU, 4);
  put(config, 0x104, 0x01010001U, 4);
  put(config, 0x400, 0x00010000U | 0x0bU, 4);
  put(config, 0x404, 0x03010002U, 4);
  put(config, 0x42c, 0x0011001dU, 4);
  return config;
}

TEST(VsecRegister, IsFoundByTheIdOfItsCapability) {
  const std::string config = function_with_vsecs();
  EXPECT_EQ(vsec_register(config, 2, 0x2c), 0x0011001dU);
  EXPECT_EQ(vsec_register(config, 2, 0x28), 0U);
  EXPECT_FALSE(vsec_register(config, 2, 0x30)) << "behind its end";
  EXPECT_FALSE(vsec_register(config, 3, 0x2c));
  EXPECT_FALSE(vsec_register(config.substr(0, 0x42c), 2, 0x2c));
  EXPECT_FALSE(vsec_register(config.substr(0, 64), 2, 0x2c));
  EXPECT_FALSE(vsec_register(std::string(4096, '\xff'), 2, 0x2c));
}

/// PCI Express at 0x40, MSI-X of this size at 0x70.
std::string function_with_msix(std::uint32_t size) {
  std::string config(256, '\0');
  put(config, 0x06, 0x10, 2);
  put(config, 0x34, 0x40, 1);
  put(config, 0x40, 0x7010U, 2);
  put(config, 0x70, 0x11, 1);
  put(config, 0x72, 0xc000U | (size - 1), 2);  // enabled and masked
  return config;
}

TEST(MsixVectors, AreOneMoreThanTheRegisterSays) {
  EXPECT_EQ(msix_vectors(function_with_msix(1)), 1U);
  EXPECT_EQ(msix_vectors(function_with_msix(300)), 300U);
  EXPECT_EQ(msix_vectors(function_with_msix(kMostVectors)), kMostVectors);
}

TEST(MsixVectors, AreNoneWithoutTheCapability) {
  std::string config = function_with_msix(4);
  put(config, 0x70, 0x05, 1);  // MSI
  EXPECT_EQ(msix_vectors(config), 0U);
  config = function_with_msix(4);
  put(config, 0x06, 0, 2);  // no list at all
  EXPECT_EQ(msix_vectors(config), 0U);
  EXPECT_EQ(msix_vectors(config.substr(0, 64)), 0U);
}

TEST(MsixVectors, AreUnknownWhereTheBytesEndBeforeThem) {
  const std::string whole = function_with_msix(4);
  for (const std::size_t bytes : {0U, 7U, 64U, 0x70U, 0x73U}) {
    EXPECT_FALSE(msix_vectors(whole.substr(0, bytes))) << bytes;
  }
  EXPECT_EQ(msix_vectors(whole.substr(0, 0x74)), 4U);
  EXPECT_FALSE(msix_vectors(std::string(256, '\xff')));  // a function that fell off the bus
}

TEST(MsixVectors, AreNotLookedForWithoutEnd) {
  std::string circle = function_with_msix(4);
  put(circle, 0x40, 0x4010U, 2);
  EXPECT_EQ(msix_vectors(circle), 0U);
  put(circle, 0x40, 0x0cffU, 2);
  EXPECT_EQ(msix_vectors(circle), 0U);
}

}  // namespace
}  // namespace vfmgr
