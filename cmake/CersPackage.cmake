# SPDX-License-Identifier: Apache-2.0
# What is installed: the program with its pages and completions, OTB's launcher names, the libraries for
# find_package(cers), and Debian packages of both.
include(CMakePackageConfigHelpers)

configure_package_config_file(cmake/CersConfig.cmake.in ${CMAKE_BINARY_DIR}/cersConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cers)
# The C++ interface is not promised between minor versions.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cersConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cersConfig.cmake ${CMAKE_BINARY_DIR}/cersConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cers COMPONENT dev)
install(EXPORT cers-targets NAMESPACE cers:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cers COMPONENT dev)

# Printed by the program from its own descriptions.
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(OUTPUT ${generated}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${generated}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}/otbcli
  COMMAND $<TARGET_FILE:cers> man ${generated}/man
  COMMAND $<TARGET_FILE:cers> completion bash > ${generated}/cers.bash
  COMMAND $<TARGET_FILE:cers> completion zsh > ${generated}/_cers
  COMMAND $<TARGET_FILE:cers> schema > ${generated}/pipeline.schema.json
  COMMAND ${PROJECT_SOURCE_DIR}/cmake/otb_links.sh $<TARGET_FILE:cers> ${generated}/otbcli
  COMMAND ${CMAKE_COMMAND} -E touch ${generated}/stamp
  DEPENDS cers ${PROJECT_SOURCE_DIR}/cmake/otb_links.sh VERBATIM)
add_custom_target(cers_generated ALL DEPENDS ${generated}/stamp)

install(DIRECTORY ${generated}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT cers)
install(FILES ${generated}/cers.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME cers
        COMPONENT cers)
install(FILES ${generated}/_cers DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT cers)
install(FILES ${generated}/pipeline.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/cers COMPONENT cers)
install(DIRECTORY ${generated}/otbcli DESTINATION ${CMAKE_INSTALL_DATADIR}/cers COMPONENT cers)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/pipelines DESTINATION ${CMAKE_INSTALL_DATADIR}/cers COMPONENT cers
        FILES_MATCHING PATTERN *.yaml PATTERN *.csv)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT cers)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cers)
set(CPACK_PACKAGE_CONTACT "Cers developers <cers@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL cers dev)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_CERS_PACKAGE_NAME cers)
set(CPACK_DEBIAN_CERS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libcers-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "libgdal-dev, libfmt-dev, libtbb-dev, nlohmann-json3-dev, libssl-dev, libfyaml-dev, libpugixml-dev, libsvm-dev, libopencv-ml-dev, pkg-config")
set(CPACK_COMPONENT_CERS_DESCRIPTION "Maps from Sentinel, Landsat and Theia images: one command, one pass")
set(CPACK_COMPONENT_DEV_DESCRIPTION "Libraries to write applications for Cers")
include(CPack)
