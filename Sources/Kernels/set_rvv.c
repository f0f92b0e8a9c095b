// RISC-V's vectors 1.0, of at least 128 bits. A vector of 16 floats is a group of 4 registers, and the 32 registers
// hold 8 such groups.
#if defined(__riscv) && __riscv_xlen == 64
#include "kernel_set.h"

#define KERNEL_FMA 1
#define KERNEL_SHARES_MOVES
#define KERNEL_SHARES_ARITHMETIC
#define KERNEL_SET venule_kernels_rvv
#define KERNEL_ISA "rvv"
#define KERNEL_TILE "6x16"
// If a kernel's weights have more bytes than the first number, they are read in slabs of at most the second.
#define CONVOLUTION_CACHED_BYTES (64 << 10)
#define CONVOLUTION_SLAB_BYTES (28 << 10)
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_SINGLE_RUN 6
#define CONVOLUTION_SINGLE_LARGE 6
#define CONVOLUTION_SINGLE_MEDIUM 4
#define CONVOLUTION_SINGLE_SMALL 2
#define CONVOLUTION_HALF_RUN 8
#define CONVOLUTION_HALF_LARGE 8
#define CONVOLUTION_HALF_MEDIUM 4
#define CONVOLUTION_HALF_SMALL 2
#define WINOGRAD_LANES 4
#define WINOGRAD_TILES 6

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "templates/kernel_set.inc.h"
#pragma clang attribute pop
#else
typedef int venule_no_rvv;
#endif
