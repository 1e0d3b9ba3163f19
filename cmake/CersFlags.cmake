# SPDX-License-Identifier: Apache-2.0
# One interface target carries every compile flag of the project's own code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# -O3: GCC 12 does not vectorise row kernels at -O2.
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

find_program(CERS_CCACHE ccache)
if(CERS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the tree: a clone in another folder finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CERS_CCACHE})
endif()

set(CERS_SANITIZE "" CACHE STRING "Sanitizers for our code, for example address,undefined or thread")

add_library(cers_flags INTERFACE)
target_compile_options(cers_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Werror
  # GCC 12 reports impossible overlaps inside std::string (its bug 105651) at -O3.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Same pixels on every machine: no fused multiply-add, no fast-math. The two -fno flags keep IEEE results
  # and let GCC if-convert guarded divisions, so that row kernels vectorise.
  -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-semantic-interposition)
if(CERS_SANITIZE)
  target_compile_options(cers_flags INTERFACE -fsanitize=${CERS_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(cers_flags INTERFACE -fsanitize=${CERS_SANITIZE})
endif()
