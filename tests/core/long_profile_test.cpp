// SPDX-License-Identifier: Apache-2.0
// What a long profile costs, counted: allocations, and the most that is held at once. No time is
// looked at.
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/profile_model.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <vector>

namespace {

// Of this whole program; each test looks at the difference that its own work makes.
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> held{0};
std::atomic<std::size_t> most_held{0};

}  // namespace

// They count, and that is all.
// NOLINTBEGIN(misc-new-delete-overloads,cppcoreguidelines-no-malloc,clang-analyzer-cplusplus.*)
void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  ++allocations;
  const std::size_t now = held += malloc_usable_size(memory);
  most_held = std::max(most_held.load(), now);
  return memory;
}
// std::stable_sort asks this way. AddressSanitizer has its own, which the deletes below don't
// match.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept {
  held -= memory == nullptr ? 0 : malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
  operator delete(memory);
}
// NOLINTEND(misc-new-delete-overloads,cppcoreguidelines-no-malloc,clang-analyzer-cplusplus.*)

namespace vfmgr {
namespace {

/// What reading a text took.
struct Cost {
  std::size_t allocations = 0;
  double memory = 0;  ///< the most that was held at once, in bytes for each of the text
  std::size_t faults = 0;
};

Cost cost_of(const std::string& text) {
  const std::vector<ProfileText> texts{{.file = "long.toml", .text = text}};
  const std::size_t before = allocations;
  const std::size_t base = held;
  most_held = base;
  const auto profile = Profile::parse(texts);
  return {.allocations = allocations - before,
          .memory = static_cast<double>(most_held - base) / static_cast<double>(text.size()),
          .faults = profile ? 0 : profile.error().also.size() + 1};
}

using Part = std::function<std::string(int)>;

std::string text_of(const std::string& begin, int parts, const Part& part, const char* end = "") {
  std::string text = begin;
  for (int number = 0; number < parts; ++number) {
    text += part(number);
  }
  return text + end;
}

std::string gpu(int number) {
  return fmt::format(
      "[[gpu]]\nmatch = {{ address = \"{:04x}:03:00.0\" }}\nvfs = 4\nvram = \"4GiB\"\n"
      "exec_quantum = \"20ms\"\noptional = true\n\n",
      number);
}

/// A GPU whose VFs differ, as a program that keeps a fleet's wishes in one file would write it.
std::string gpu_with_vfs(int number) {
  std::string table = fmt::format(
      "[[gpu]]\nmatch = {{ address = \"{:04x}:03:00.0\", model = \"flex*\" }}\nvfs = 10\n"
      "vram = \"1GiB\"\noptional = true\n",
      number);
  for (int vf = 0; vf < 9; ++vf) {
    table += fmt::format(
        "\n[[gpu.vf]]\nindex = \"{}\"\nvram = \"2GiB\"\nexec_quantum = \"40ms\"\n"
        "preempt_timeout = \"20s\"\n# for a desktop\n",
        vf);
  }
  return table;
}

std::string gpu_in_json(int number) {
  return fmt::format(
      "{}{{\"match\": {{\"address\": \"{:04x}:03:00.0\"}}, \"vfs\": 4, \"vram\": \"4GiB\"}}\n",
      number == 0 ? "" : ",",
      number);
}

std::string resource(int number) {
  return fmt::format("[resources.r{}]\nvram = \"4GiB\"\n", number);
}

/// Four times as long a text takes four times the allocations, and no more memory for each byte.
void expect_proportion(const Cost& once, const Cost& four_times, double most_memory) {
  EXPECT_EQ(once.faults, 0U);
  EXPECT_EQ(four_times.faults, 0U);
  EXPECT_LT(four_times.allocations, once.allocations * 5);
  EXPECT_LT(four_times.memory, most_memory);
}

TEST(ALongProfile, OfTablesCostsInProportionToItsLength) {
  const std::string begin = "schema = 1\n";
  expect_proportion(cost_of(text_of(begin, 2500, gpu)), cost_of(text_of(begin, 10000, gpu)), 12);
}

TEST(ALongProfile, OfResourcesCostsInProportionToItsLength) {
  const std::string begin = "schema = 1\n";
  expect_proportion(
      cost_of(text_of(begin, 5000, resource)), cost_of(text_of(begin, 20000, resource)), 20);
}

TEST(ALongProfile, InJsonCostsInProportionToItsLength) {
  const std::string begin = R"({"schema": 1, "gpu": [)";
  expect_proportion(cost_of(text_of(begin, 2500, gpu_in_json, "]}")),
                    cost_of(text_of(begin, 10000, gpu_in_json, "]}")),
                    15);
}

TEST(ALongProfile, OfTenThousandGpusIsReadInAHundredMegabytes) {
  constexpr int kGpus = 10'000;
  const std::string text = text_of("schema = 1\n", kGpus, gpu_with_vfs);
  EXPECT_GT(text.size(), 10'000'000U);
  const Cost cost = cost_of(text);
  EXPECT_EQ(cost.faults, 0U);
  EXPECT_LT(cost.memory * static_cast<double>(text.size()), 100e6);
}

// 8 MB on one line: where each place looked for its line's end this took minutes, and this test its
// limit.
TEST(ALongProfile, OnOneLineHasPlaces) {
  std::string text = R"({"schema": 1, "gpu": [)";
  constexpr int kTables = 50'000;
  for (int number = 0; number < kTables; ++number) {
    text += fmt::format(
        R"({}{{"match": {{"address": "0000:{:02x}:00.0"}}, "vfs": 4, "optional": true, )"
        R"("vram": "4GiB", "exec_quantum": "20ms", "preempt_timeout": "40ms", "vf_driver": "none"}})",
        number == 0 ? "" : ", ",
        number % 256);
  }
  const auto profile = Profile::parse({{.file = "long.json", .text = text + "]}"}});
  ASSERT_TRUE(profile.has_value()) << to_string(profile.error());
  EXPECT_EQ(profile->tables(), kTables);
  EXPECT_EQ(profile->model().gpus.back().where.line, 1);
  EXPECT_GT(profile->model().gpus.back().where.column, 7'000'000U);
}

TEST(ALongProfile, WithNothingRightInItIsNotReadToItsEnd) {
  const auto wrong = [](int number) { return fmt::format("wrong{} = 1\n", number); };
  const auto wrong_gpu = [](int number) { return fmt::format("[[gpu]]\nvfz = {}\n", number); };
  const std::string begin = "schema = 1\n[defaults]\n";
  for (const Part& part : {Part(wrong), Part(wrong_gpu)}) {
    const Cost cost = cost_of(text_of(begin, 50000, part));
    EXPECT_EQ(cost.faults, 1001U);  // the last says that there may be more
    EXPECT_LT(cost.memory, 30);
  }
}

}  // namespace
}  // namespace vfmgr
