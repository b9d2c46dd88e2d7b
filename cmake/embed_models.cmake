# SPDX-License-Identifier: Apache-2.0
# The simulator's GPU models, as text inside the program: vgpuctl needs no data path.
function(vfmgr_embed_models output)
  file(GLOB models CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/models/*.toml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${models})
  list(LENGTH models count)
  set(text "// Made by cmake/embed_models.cmake from libvfmgr/models/*.toml.\n#include \"sim/model_texts.hpp\"\n\n")
  string(APPEND text "#include <array>\n\nnamespace vfmgr::sim {\n\nstd::span<const ModelText> model_texts() {\n")
  string(APPEND text "  static constexpr std::array<ModelText, ${count}> kTexts{{\n")
  foreach(model IN LISTS models)  # a name may have dots
    get_filename_component(name ${model} NAME_WLE)
    file(READ ${model} toml)
    string(APPEND text "      {\"${name}\", R\"vfmgrtoml(${toml})vfmgrtoml\"},\n")
  endforeach()
  string(APPEND text "  }};\n  return kTexts;\n}\n\n}  // namespace vfmgr::sim\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)
endfunction()
