# SPDX-License-Identifier: Apache-2.0
# cers_fuzzer(NAME product_fuzz SOURCES a.cpp [MUTATOR m.cpp] LINK targets [CORPUS folder]): a libFuzzer program of the
# preset "fuzz". With the tests it is a program that takes the corpus once: no input that was ever worth keeping fails.
option(CERS_BUILD_FUZZERS "Build the libFuzzer programs; needs clang" OFF)
if(CERS_BUILD_FUZZERS)
  set(sanitizers address,undefined,float-cast-overflow)
  target_compile_options(cers_flags INTERFACE -fsanitize=fuzzer-no-link,${sanitizers}
                         -fno-sanitize-recover=undefined,float-cast-overflow -fno-omit-frame-pointer)
  target_link_options(cers_flags INTERFACE -fsanitize=${sanitizers})
endif()

function(cers_fuzzer)
  cmake_parse_arguments(F "" "NAME;MUTATOR;CORPUS" "SOURCES;LINK" ${ARGN})
  if(CERS_BUILD_FUZZERS)
    add_executable(${F_NAME} ${F_SOURCES} ${F_MUTATOR})
    target_link_options(${F_NAME} PRIVATE -fsanitize=fuzzer)
  elseif(CERS_BUILD_TESTS AND F_CORPUS)
    add_executable(${F_NAME} ${F_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/take_corpus.cpp)
    add_test(NAME ${F_NAME}.corpus COMMAND ${F_NAME} ${CMAKE_CURRENT_SOURCE_DIR}/${F_CORPUS})
    set_tests_properties(${F_NAME}.corpus PROPERTIES LABELS unit)
  else()
    return()
  endif()
  target_link_libraries(${F_NAME} PRIVATE cers_flags ${F_LINK})
endfunction()
