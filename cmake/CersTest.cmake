# SPDX-License-Identifier: Apache-2.0
# cers_test(NAME n SOURCES a_test.cpp LINK targets LABELS unit ... [PROPERTIES p v ...]): one GoogleTest program, one
# ctest entry per case.
find_package(GTest REQUIRED)
include(GoogleTest)

function(cers_test)
  cmake_parse_arguments(T "" "NAME" "SOURCES;LINK;LABELS;PROPERTIES" ${ARGN})
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME} PRIVATE cers_flags ${T_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  # What is tested is optimised; the tests themselves need not be, and compile in half the time.
  target_compile_options(${T_NAME} PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${T_NAME} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${T_LABELS}"
                       ENVIRONMENT "CERS_SHARED_DATA=${CERS_SHARED_DATA}" ${T_PROPERTIES})
endfunction()

# cers_script_test(name LABELS l ... COMMAND script SCRATCH ... [PROPERTIES p v ...]): a script as one test. The word
# SCRATCH stands for its folder, which is removed once its command has succeeded; exit code 77 skips.
function(cers_script_test name)
  cmake_parse_arguments(T "" "" "LABELS;COMMAND;PROPERTIES" ${ARGN})
  set(scratch ${CMAKE_BINARY_DIR}/tests/scratch/${name})
  list(TRANSFORM T_COMMAND REPLACE "^SCRATCH$" ${scratch})
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/tools/in_scratch.sh ${scratch} ${T_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" SKIP_RETURN_CODE 77
                       ENVIRONMENT "CERS_SHARED_DATA=${CERS_SHARED_DATA}" ${T_PROPERTIES})
endfunction()

# Real images live outside the repository; tests that want them skip visibly when the folder is absent.
if(DEFINED ENV{CERS_SHARED_DATA})
  set(CERS_SHARED_DATA $ENV{CERS_SHARED_DATA})
else()
  set(CERS_SHARED_DATA ${CMAKE_SOURCE_DIR}/../shared/data)
endif()
