// SPDX-License-Identifier: Apache-2.0
#include "stage.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "case.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/files.hpp"
#include "engine/functions.hpp"
#include "engine/planner.hpp"
#include "engine/run.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::matrix {

namespace {

std::filesystem::path fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "vgpuctl-matrix-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    std::cerr << "cannot make a folder: " << name << '\n';
    std::abort();
  }
  return name;
}

/// What a test can't go on without.
template <class T>
T need(Result<T> result) {
  if (!result) {
    std::cerr << "set-up: " << to_string(result.error()) << '\n';
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

/// A door and the tables it needs, together.
struct Door {
  AttrTables tables;
  std::unique_ptr<Kernel> kernel;
};

/// Each danger that has a name is allowed: what is asked here is what comes of it.
RunOptions with_all_dangers() {
  RunOptions options;
  options.allow_driver_reload = true;
  options.allow_reset = true;
  options.allow_register_writes = true;
  return options;
}

Door open_door(const std::filesystem::path& file, const Cast& cast) {
  Door door{.tables = attr_tables(cast.backends), .kernel = {}};
  door.kernel = need(sim::open_host_file(file, door.tables, cast.drivers));
  return door;
}

Result<void> leave_strangers(const std::filesystem::path& file, const Case& story) {
  const Door door = open_door(file, story.cast);
  TRY(const Host host, look_at_host(*door.kernel, story.cast.backends, true));
  for (const GpuFacts& facts : host.facts) {
    const Place place{
        .in = In::sys,
        .path = "bus/pci/devices/" + to_string(facts.gpu.address) + "/" + std::string(kStranger)};
    TRY_VOID(sim::poke(file, place, "as they left it\n", story.cast.drivers));
  }
  return {};
}

}  // namespace

Stage::Stage(const Case& story)
    : story_(&story), folder_(fresh_folder()), file_(folder_ / "case.vfhost") {}

Stage::Stage(const Stage& other, const Case& story) : Stage(story) {
  std::filesystem::copy(
      other.folder_,
      folder_,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
}

Stage::Stage(Stage&& other) noexcept
    : story_(other.story_),
      folder_(std::exchange(other.folder_, {})),
      file_(std::exchange(other.file_, {})) {}

Stage::~Stage() {
  if (!folder_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
}

Result<Stage> Stage::set(const Case& story) {
  Stage stage(story);
  TRY(const std::string text, host_text_of(story));
  TRY_VOID(replace_file(stage.file_, text, Readers::root));
  if (story.before) {
    const Door door = open_door(stage.file_, story.cast);
    TRY(const Report report,
        run_wish(*door.kernel,
                 story.cast.backends,
                 {.profile = &story.before->model()},
                 with_all_dangers()));
    for (const UnitReport& unit : report.units) {
      if (unit.result != Outcome::applied && unit.result != Outcome::unchanged) {
        return fail(unit.error.value_or(Error{.why = "before.toml was not reached"}));
      }
    }
  }
  TRY_VOID(leave_strangers(stage.file_, story));
  TRY_VOID(sim::fold(stage.file_, story.cast.drivers));
  return stage;
}

Result<Report> Stage::perform() const {
  const Door door = open_door(file_, story_->cast);
  return run_wish(
      *door.kernel, story_->cast.backends, {.profile = story_->wish()}, with_all_dangers());
}

Result<Plan> Stage::plan() const {
  const Door door = open_door(file_, story_->cast);
  return make_plan(
      *door.kernel, story_->cast.backends, {.profile = story_->wish()}, with_all_dangers());
}

Result<Report> Stage::recover() const {
  const Door door = open_door(file_, story_->cast);
  return recover_runs(*door.kernel, story_->cast.backends, with_all_dangers());
}

Result<Report> Stage::undo() const {
  const Door door = open_door(file_, story_->cast);
  return run_undo(*door.kernel, story_->cast.backends, with_all_dangers());
}

std::string Stage::dump() const {
  return need(sim::dump(file_, story_->cast.drivers));
}

std::vector<sim::Logged> Stage::written() const {
  return need(sim::written(file_, story_->cast.drivers));
}

void Stage::replay(const std::vector<sim::Logged>& writes, std::size_t count) const {
  const Door door = open_door(file_, story_->cast);
  for (std::size_t at = 0; at < count; ++at) {
    constexpr Milliseconds kLimit{60000};
    static_cast<void>(
        door.kernel->write(writes[at].place, writes[at].bytes, Blocking::never, kLimit)
            .has_value());
    // What a write brings forth late is there before the next one, as it was in the run.
    door.kernel->watch(writes[at].place)->wait(Milliseconds(1000));
  }
}

}  // namespace vfmgr::matrix
