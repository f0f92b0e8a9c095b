// The kernels for the instructions that every processor of the compiler's target has: SSE2 on x86-64, NEON on
// aarch64, scalars where there are no vectors. Multiply and add are fused if the target can do that.
#include "kernel_set.h"

#if defined(__FMA__) || defined(__aarch64__) || defined(__ARM_FEATURE_FMA) || defined(__riscv_flen)
#define KERNEL_FMA 1
#else
#define KERNEL_FMA 0
#endif

#define KERNEL_SET venule_kernels_portable
#if defined(__arm__) && defined(__ARM_NEON)
#define KERNEL_ISA "portable"
#include "shape_neon32.h"
#else
// If a kernel's weights have more bytes than the first number, they are read in slabs of at most the second.
#define CONVOLUTION_CACHED_BYTES (64 << 10)
#define CONVOLUTION_SLAB_BYTES (28 << 10)
#define CONVOLUTION_BLOCKS 1
#define WINOGRAD_LANES 4
#if defined(__aarch64__)
// 32 registers of 4 floats, 24 of which hold the sums of a register tile.
#define KERNEL_ISA "neon"
#define KERNEL_FLOAT16 1
#define KERNEL_TILE "6x16"
#define KERNEL_QUARTERS 1
#define KERNEL_BY_LANE 1
#define CONVOLUTION_SINGLE_RUN 6
#define CONVOLUTION_SINGLE_LARGE 6
#define CONVOLUTION_SINGLE_MEDIUM 4
#define CONVOLUTION_SINGLE_SMALL 2
#define CONVOLUTION_HALF_RUN 8
#define CONVOLUTION_HALF_LARGE 8
#define CONVOLUTION_HALF_MEDIUM 4
#define CONVOLUTION_HALF_SMALL 2
#define WINOGRAD_TILES 6
#elif defined(__SSE2__)
// 16 registers of 4 floats, 8 of which hold the sums of a register tile.
#define KERNEL_ISA "portable"
#define KERNEL_TILE "2x16"
#define CONVOLUTION_SINGLE_RUN 2
#define CONVOLUTION_SINGLE_LARGE 2
#define CONVOLUTION_SINGLE_MEDIUM 2
#define CONVOLUTION_SINGLE_SMALL 1
#define WINOGRAD_TILES 2
#else
// Scalars, of which there are at most 32 registers. Loops over a vector of 16 of them are not unrolled if code has to
// be small.
#pragma clang diagnostic ignored "-Wpass-failed"
#define KERNEL_ISA "portable"
#define KERNEL_TILE "1x16"
#define CONVOLUTION_SINGLE_RUN 1
#define CONVOLUTION_SINGLE_LARGE 1
#define CONVOLUTION_SINGLE_MEDIUM 1
#define CONVOLUTION_SINGLE_SMALL 1
#define WINOGRAD_TILES 2
#endif
#endif

#pragma clang diagnostic ignored "-Wpsabi"
#include "templates/kernel_set.inc.h"
