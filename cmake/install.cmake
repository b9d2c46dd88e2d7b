# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: program, completion, library, headers, profiles, schemas, manual pages, and what finds
# the library.
include(CMakePackageConfigHelpers)

install(TARGETS vfmgr EXPORT vfmgr-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY libvfmgr/include/vfmgr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
if(TARGET vgpuctl)
  install(TARGETS vgpuctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

  # The program prints what makes a shell complete its command lines. Where shells look: bash-completion's README, zshcompsys(1)
  # as Debian has it, complete(1) of fish.
  function(install_completion shell folder name)
    set(script ${PROJECT_BINARY_DIR}/completion/${shell}/${name})
    add_custom_command(OUTPUT ${script} DEPENDS vgpuctl VERBATIM
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completion/${shell}
      COMMAND sh -c "'$<TARGET_FILE:vgpuctl>' completion ${shell} >'${script}'")
    add_custom_target(completion_${shell} ALL DEPENDS ${script})
    install(FILES ${script} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
  endfunction()
  install_completion(bash bash-completion/completions vgpuctl)
  install_completion(zsh zsh/vendor-completions _vgpuctl)
  install_completion(fish fish/vendor_completions.d vgpuctl.fish)
endif()
install(DIRECTORY docs/schema/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vgpuctl/schema FILES_MATCHING PATTERN "*.json")
if(EXISTS ${PROJECT_SOURCE_DIR}/profiles)
  install(DIRECTORY profiles/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vgpuctl/profiles FILES_MATCHING PATTERN "*.toml"
    PATTERN resources EXCLUDE)
  # The program looks below /usr/lib for these (cli/installed.cpp), whatever this machine's folder for libraries is: one flat folder.
  install(DIRECTORY profiles/resources/intel/ DESTINATION lib/vgpuctl/resources.d FILES_MATCHING PATTERN "*.toml")
endif()
install(FILES docs/schema/profile.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vgpuctl/schema)

# Manual pages are written in scdoc; without it a build has none.
find_program(SCDOC scdoc)
if(SCDOC)
  foreach(page vgpuctl.8 vgpuctl-profile.5 vfmgr.3)
    set(source ${PROJECT_SOURCE_DIR}/man/${page}.scd)
    add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/${page} DEPENDS ${source} VERBATIM
      COMMAND sh -c "${SCDOC} <'${source}' >'${PROJECT_BINARY_DIR}/${page}'")
    list(APPEND VFMGR_MAN_PAGES ${PROJECT_BINARY_DIR}/${page})
    string(REGEX REPLACE ".*\\." "" section ${page})
    install(FILES ${PROJECT_BINARY_DIR}/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} OPTIONAL)
  endforeach()
  add_custom_target(man_pages ALL DEPENDS ${VFMGR_MAN_PAGES})
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/vfmgr)
install(EXPORT vfmgr-targets NAMESPACE vfmgr:: DESTINATION ${package_folder})
configure_package_config_file(cmake/vfmgr-config.cmake.in vfmgr-config.cmake INSTALL_DESTINATION ${package_folder})
# 0.y: each minor version may break the ABI.
write_basic_package_version_file(vfmgr-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/vfmgr-config.cmake ${PROJECT_BINARY_DIR}/vfmgr-config-version.cmake
  DESTINATION ${package_folder})
file(RELATIVE_PATH VFMGR_PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/vfmgr.pc.in vfmgr.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/vfmgr.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
