// The register tiles of 32-bit ARM's NEON, which has 16 registers of 4 floats, 8 of which hold the sums of a tile.
#define KERNEL_TILE "2x16"
#define KERNEL_QUARTERS 1
#define KERNEL_IN_ORDER 1
// If a kernel's weights have more bytes than the first number, they are read in slabs of at most the second.
#define CONVOLUTION_CACHED_BYTES (64 << 10)
#define CONVOLUTION_SLAB_BYTES (28 << 10)
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_SINGLE_RUN 2
#define CONVOLUTION_SINGLE_LARGE 2
#define CONVOLUTION_SINGLE_MEDIUM 2
#define CONVOLUTION_SINGLE_SMALL 1
#define CONVOLUTION_HALF_RUN 4
#define CONVOLUTION_HALF_LARGE 4
#define CONVOLUTION_HALF_MEDIUM 2
#define CONVOLUTION_HALF_SMALL 1
#define WINOGRAD_LANES 4
#define WINOGRAD_TILES 2
