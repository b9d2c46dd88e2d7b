# SPDX-License-Identifier: Apache-2.0
# VFMGR_SANITIZE is a list for -fsanitize, e.g. "address,undefined"; empty for none.
set(VFMGR_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
if(VFMGR_SANITIZE)
  # -g1: the lines of a report, which is what these builds are for; types and variables are a fifth of their time.
  add_compile_options(-fsanitize=${VFMGR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${VFMGR_SANITIZE})
endif()
