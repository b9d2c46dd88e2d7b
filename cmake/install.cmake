# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: program, library, headers, profiles, manual pages, and what finds the library.
include(CMakePackageConfigHelpers)

install(TARGETS vfmgr EXPORT vfmgr-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY libvfmgr/include/vfmgr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
if(TARGET vgpuctl)
  install(TARGETS vgpuctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/profiles)
  install(DIRECTORY profiles/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vgpuctl/profiles FILES_MATCHING PATTERN "*.toml")
endif()
install(FILES docs/schema/profile.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vgpuctl/schema)

# Manual pages are written in scdoc; without it a build has none.
find_program(SCDOC scdoc)
if(SCDOC)
  foreach(page vgpuctl.8 vgpuctl-profile.5)
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
