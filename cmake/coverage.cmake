# SPDX-License-Identifier: Apache-2.0
# VFMGR_COVERAGE: count which lines run; `gcovr` reads the counts from the build folder.
option(VFMGR_COVERAGE "Count which lines run" OFF)
if(VFMGR_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
