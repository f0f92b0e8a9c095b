// AVX-512. It has 32 registers of 16 floats, 24 of which hold the sums of a register tile.
#if defined(__x86_64__)
#include "kernel_set.h"

#define KERNEL_FMA 1
#define KERNEL_SHARES_MOVES
#define KERNEL_SHARES_ARITHMETIC
#define KERNEL_FLOAT16 1
#define KERNEL_SET venule_kernels_avx512
#define KERNEL_ISA "avx512"
#define KERNEL_TILE "12x32"
// If a kernel's weights have more bytes than the first number, they are read in slabs of at most the second.
#define CONVOLUTION_CACHED_BYTES (400 << 10)
#define CONVOLUTION_SLAB_BYTES (20 << 10)
#define CONVOLUTION_BLOCKS 2
#define CONVOLUTION_PAIR_RUN 12
#define CONVOLUTION_PAIR_LARGE 12
#define CONVOLUTION_PAIR_MEDIUM 8
#define CONVOLUTION_PAIR_SMALL 4
#define CONVOLUTION_SINGLE_RUN 24
#define CONVOLUTION_SINGLE_LARGE 12
#define CONVOLUTION_SINGLE_MEDIUM 8
#define CONVOLUTION_SINGLE_SMALL 4
#define WINOGRAD_LANES 16
#define WINOGRAD_TILES 12

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,prfchw"))), apply_to = function)
#include "templates/kernel_set.inc.h"
#pragma clang attribute pop
#else
typedef int venule_no_avx512;
#endif
