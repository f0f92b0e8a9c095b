// The products of a Winograd convolution. For each position of a transformed tile they are a matrix product of tiles
// x input channels by input channels x output channels. A register tile is a number of tiles times one or two blocks
// of output channels. There is code for every number up to WINOGRAD_TILES, so that any number of tiles can be divided
// evenly.
//
// The order of a sum is that of the packed weights: source, channel. It is made of partial sums of WINOGRAD_PARTIAL
// input blocks each (Documentation/Numerics.md).

/// Input blocks of a partial sum.
#define WINOGRAD_PARTIAL 8

/// One register tile of one position and one partial sum.
typedef struct {
    const venule_source *sources;
    /// The partial sum: this many input blocks, from this source and channel on.
    uint32_t firstSource, firstChannel, inputBlocks;
    /// Whether the sum starts here; otherwise it is added to what `out` holds.
    uint32_t isFirst;
    /// Transformed input of the first tile, and floats from an input block to the next.
    const float *in;
    size_t inStride;
    /// The weights of the partial sum for the first output block, and the floats to those of the next output block.
    const float *weights;
    size_t weightStride;
    /// The results of the first tile, and the floats from one output block to the next.
    float *out;
    size_t outStride;
} winograd_product;

typedef void (*winograd_product_function)(const winograd_product *product);

INLINE void compute_winograd_product(const winograd_product *product, const int tiles, const int blocks) {
#define WINOGRAD_EACH                                                                                                  \
    UNROLL for (int b = 0; b < blocks; b++) UNROLL for (int t = 0; t < tiles; t++)                                     \
        UNROLL for (int q = 0; q < KERNEL_PARTS; q++)
    vpart sums[2][WINOGRAD_TILES][KERNEL_PARTS];
    WINOGRAD_EACH sums[b][t][q] = splat_part(0.0f);
    const float *weights = product->weights, *in = product->in;
    const size_t nextBlock = product->weightStride;
    // While the tiles are multiplied with the weights of this partial sum, those of the next one are fetched into the
    // cache.
    const size_t ahead = (size_t)product->inputBlocks * VENULE_LANES * VENULE_LANES;
    uint32_t blocksLeft = product->inputBlocks, channel = product->firstChannel;
    for (uint32_t s = product->firstSource; blocksLeft > 0; s++, channel = 0) {
        const uint32_t channels = product->sources[s].layout.channels;
        for (; channel < channels && blocksLeft > 0; channel += VENULE_LANES, blocksLeft--) {
            const size_t lanes = least(channels - channel, VENULE_LANES);
            size_t lane = 0;
#define WINOGRAD_STEP()                                                                                                \
    {                                                                                                                  \
        vpart w[2][KERNEL_PARTS];                                                                                      \
        UNROLL for (int b = 0; b < blocks; b++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) w[b][q] =                \
            load_part(weights + (size_t)b * nextBlock + q * KERNEL_PART_LANES);                                        \
        UNROLL for (int b = 0; b < blocks; b++) prefetch_read(weights + (size_t)b * nextBlock + ahead);                \
        weights += VENULE_LANES;                                                                                       \
        UNROLL for (int t = 0; t < tiles; t++) {                                                                       \
            const vpart x = splat_part(in[t * VENULE_LANES + lane]);                                                   \
            UNROLL for (int b = 0; b < blocks; b++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) sums[b][t][q] =      \
                fused_part(x, w[b][q], sums[b][t][q]);                                                                 \
        }                                                                                                              \
        WINOGRAD_EACH PIN(sums[b][t][q]);                                                                              \
        lane++;                                                                                                        \
    }
#if KERNEL_BY_LANE
#define WINOGRAD_FOUR_STEPS()                                                                                          \
    {                                                                                                                  \
        vpart x[WINOGRAD_TILES];                                                                                       \
        UNROLL for (int t = 0; t < tiles; t++) x[t] = load_part(in + t * VENULE_LANES + lane);                         \
        UNROLL for (int l = 0; l < 4; l++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) {                             \
            const vpart w = load_part(weights + l * VENULE_LANES + q * KERNEL_PART_LANES);                             \
            UNROLL for (int t = 0; t < tiles; t++) sums[0][t][q] = fused_lane(x[t], l, w, sums[0][t][q]);              \
        }                                                                                                              \
        UNROLL for (int l = 0; l < 4; l++) prefetch_read(weights + l * VENULE_LANES + ahead);                          \
        weights += 4 * VENULE_LANES;                                                                                   \
        lane += 4;                                                                                                     \
    }
#else
#define WINOGRAD_FOUR_STEPS() WINOGRAD_STEP() WINOGRAD_STEP() WINOGRAD_STEP() WINOGRAD_STEP()
#endif
            while (lane + 4 <= lanes) { WINOGRAD_FOUR_STEPS() }
            while (lane < lanes) WINOGRAD_STEP()
#undef WINOGRAD_STEP
#undef WINOGRAD_FOUR_STEPS
            in += product->inStride;
        }
    }
    WINOGRAD_EACH {
        float *out = product->out + b * product->outStride + t * VENULE_LANES + q * KERNEL_PART_LANES;
        store_part(out, product->isFirst ? sums[b][t][q] : load_part(out) + sums[b][t][q]);
    }
#undef WINOGRAD_EACH
}

// clang-format off
#define WINOGRAD_PRODUCT(tiles, blocks)                                                                                \
    static void winograd_product_##tiles##x##blocks(const winograd_product *product) {                                 \
        compute_winograd_product(product, tiles, blocks);                                                              \
    }
#define WINOGRAD_PRODUCTS_OF_2(blocks) WINOGRAD_PRODUCT(1, blocks) WINOGRAD_PRODUCT(2, blocks)
#define WINOGRAD_PRODUCTS_OF_6(blocks)                                                                                 \
    WINOGRAD_PRODUCTS_OF_2(blocks) WINOGRAD_PRODUCT(3, blocks) WINOGRAD_PRODUCT(4, blocks) WINOGRAD_PRODUCT(5, blocks) \
    WINOGRAD_PRODUCT(6, blocks)
#define WINOGRAD_PRODUCTS_OF_12(blocks)                                                                                \
    WINOGRAD_PRODUCTS_OF_6(blocks) WINOGRAD_PRODUCT(7, blocks) WINOGRAD_PRODUCT(8, blocks) WINOGRAD_PRODUCT(9, blocks) \
    WINOGRAD_PRODUCT(10, blocks) WINOGRAD_PRODUCT(11, blocks) WINOGRAD_PRODUCT(12, blocks)
#define WINOGRAD_TABLE_OF_2(blocks) winograd_product_1x##blocks, winograd_product_2x##blocks
#define WINOGRAD_TABLE_OF_6(blocks)                                                                                    \
    WINOGRAD_TABLE_OF_2(blocks), winograd_product_3x##blocks, winograd_product_4x##blocks,                             \
        winograd_product_5x##blocks, winograd_product_6x##blocks
#define WINOGRAD_TABLE_OF_12(blocks)                                                                                   \
    WINOGRAD_TABLE_OF_6(blocks), winograd_product_7x##blocks, winograd_product_8x##blocks,                             \
        winograd_product_9x##blocks, winograd_product_10x##blocks, winograd_product_11x##blocks,                       \
        winograd_product_12x##blocks
#define WINOGRAD_JOIN(a, b) a##b
#define WINOGRAD_PRODUCTS(tiles, blocks) WINOGRAD_JOIN(WINOGRAD_PRODUCTS_OF_, tiles)(blocks)
#define WINOGRAD_TABLE(tiles, blocks) WINOGRAD_JOIN(WINOGRAD_TABLE_OF_, tiles)(blocks)
// clang-format on

WINOGRAD_PRODUCTS(WINOGRAD_TILES, 1)
static const winograd_product_function winogradSingles[] = {WINOGRAD_TABLE(WINOGRAD_TILES, 1)};
#if CONVOLUTION_BLOCKS == 2
WINOGRAD_PRODUCTS(WINOGRAD_TILES, 2)
static const winograd_product_function winogradPairs[] = {WINOGRAD_TABLE(WINOGRAD_TILES, 2)};
#endif
