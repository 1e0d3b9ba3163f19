// SPDX-License-Identifier: Apache-2.0
// Row loops compiled a second time for wider registers.
#pragma once

#include <cstddef>  // defines __GLIBC__ where that is the C library

/// Before a function with a row loop: it is compiled for the baseline of the architecture and for AVX2, and the dynamic
/// linker picks once, by the processor. Results are the same bits: neither form contracts a·b + c (see
/// CersFlags.cmake). Only GCC on x86-64 with glibc clones templates; sanitizers run before the linker could pick.
/// Elsewhere it is nothing.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CERS_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CERS_VECTOR_CLONES
#endif
