# SPDX-License-Identifier: Apache-2.0
# Warnings that every target of the project is built with.
add_library(vfmgr_warnings INTERFACE)
target_compile_options(vfmgr_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Werror
  # GCC 12 warns of members that a designated initializer leaves to their default; leaving them is the point.
  -Wno-missing-field-initializers)
# GCC 12 reports std::variant and std::optional members as maybe uninitialised when it inlines their moves, and
# overlapping copies in `"x" + std::string` with optimisation (GCC bug 105651).
target_compile_options(vfmgr_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict>)
# libstdc++ 12's own stable_partition calls what it declares deprecated, and clang says so where it is used.
target_compile_options(vfmgr_warnings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
