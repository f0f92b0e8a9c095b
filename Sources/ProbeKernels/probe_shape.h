// The sizes of register tiles for these kernels. No result depends on them.
#define KERNEL_ISA "probe"
#define KERNEL_TILE "1x16"
#define CONVOLUTION_CACHED_BYTES (64 << 10)
#define CONVOLUTION_SLAB_BYTES (28 << 10)
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_SINGLE_RUN 2
#define CONVOLUTION_SINGLE_LARGE 2
#define CONVOLUTION_SINGLE_MEDIUM 2
#define CONVOLUTION_SINGLE_SMALL 1
#define WINOGRAD_LANES 4
#define WINOGRAD_TILES 2

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang diagnostic ignored "-Wpass-failed"
