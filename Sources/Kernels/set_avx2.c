// AVX2 with fused multiply-add. It has 16 registers of 8 floats, 12 of which hold the sums of a register tile.
#if defined(__x86_64__)
#include "kernel_set.h"

#define KERNEL_FMA 1
#define KERNEL_SHARES_MOVES
#define KERNEL_FLOAT16 1
#define KERNEL_SET venule_kernels_avx2
#define KERNEL_ISA "avx2"
#define KERNEL_TILE "6x16"
// If a kernel's weights have more bytes than the first number, they are read in slabs of at most the second.
#define CONVOLUTION_CACHED_BYTES (32 << 10)
#define CONVOLUTION_SLAB_BYTES (28 << 10)
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_SINGLE_RUN 6
#define CONVOLUTION_SINGLE_LARGE 6
#define CONVOLUTION_SINGLE_MEDIUM 4
#define CONVOLUTION_SINGLE_SMALL 2
#define CONVOLUTION_HALF_RUN 12
#define CONVOLUTION_HALF_LARGE 12
#define CONVOLUTION_HALF_MEDIUM 8
#define CONVOLUTION_HALF_SMALL 4
#define WINOGRAD_LANES 8
#define WINOGRAD_TILES 6

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,prfchw"))), apply_to = function)
#include "templates/kernel_set.inc.h"
#pragma clang attribute pop
#else
typedef int venule_no_avx2;
#endif
