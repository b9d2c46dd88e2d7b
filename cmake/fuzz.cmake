# SPDX-License-Identifier: Apache-2.0
# VFMGR_FUZZ: build the fuzz targets alone, with clang's libFuzzer; tests/fuzz says what they are.
option(VFMGR_FUZZ "Build the fuzz targets (needs clang)" OFF)
if(VFMGR_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "VFMGR_FUZZ needs clang++: cmake --preset fuzz")
endif()
