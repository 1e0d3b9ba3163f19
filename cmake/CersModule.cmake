# SPDX-License-Identifier: Apache-2.0
# cers_module(NAME core LAYER 0 SOURCES a.cpp [DEPENDS lower modules] [PRIVATE third parties] [TESTS t.cpp])
#
# One static library cers::<name> with its public headers in include/cers/<name>. Configuration fails when a module
# depends on one of its own or a higher layer: the layers of docs/design/architecture.md are enforced here.
include(GNUInstallDirs)

function(cers_module)
  cmake_parse_arguments(M "" "NAME;LAYER" "SOURCES;DEPENDS;PRIVATE;TESTS;TEST_LINK" ${ARGN})
  if(M_UNPARSED_ARGUMENTS OR NOT M_NAME OR M_LAYER STREQUAL "")
    message(FATAL_ERROR "cers_module: NAME and LAYER are needed; not understood: ${M_UNPARSED_ARGUMENTS}")
  endif()
  set(target cers_${M_NAME})
  add_library(${target} STATIC ${M_SOURCES})
  add_library(cers::${M_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${M_NAME} CERS_LAYER ${M_LAYER})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  foreach(lower IN LISTS M_DEPENDS)
    if(NOT TARGET cers_${lower})
      message(FATAL_ERROR "cers_module(${M_NAME}): module '${lower}' is not known yet; add it first in modules/")
    endif()
    get_target_property(layer cers_${lower} CERS_LAYER)
    if(NOT layer LESS M_LAYER)
      message(FATAL_ERROR "cers_module(${M_NAME}): layer ${M_LAYER} may not link '${lower}' of layer ${layer}: "
                          "a module links only downwards")
    endif()
    target_link_libraries(${target} PUBLIC cers::${lower})
  endforeach()
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:cers_flags> ${M_PRIVATE})
  install(TARGETS ${target} EXPORT cers-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
  if(CERS_BUILD_TESTS AND M_TESTS)
    cers_test(NAME ${M_NAME}-tests SOURCES ${M_TESTS} LINK cers::${M_NAME} ${M_TEST_LINK} LABELS unit)
  endif()
endfunction()
