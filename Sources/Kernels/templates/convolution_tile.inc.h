// A register tile of direct convolution: TILE_PIXELS pixels times TILE_BLOCKS blocks of output channels, whose
// accumulators stay in registers over a slab of input blocks. Later slabs go on from what the one before has left in the
// result. Included once for each tile shape, with
//
//   TILE_NAME      the function's name
//   TILE_PIXELS    pixels of the tile
//   TILE_BLOCKS    blocks of output channels, 1 or 2
//   TILE_HALF      1: only the lower 8 lanes of the block are channels
//   TILE_RUN       1: the pixels are neighbours in one row and the stride is 1, so that one pointer serves all;
//                  0: each pixel has its own pointer, so that a tile may span rows
//
// The order of the sum is that of the packed weights: source, input block, kernel row, kernel column, lane. It is a sum
// of partial sums of `partialBlocks` input blocks each, the first of which starts with the bias, since the rounding
// error of one long sum grows with its length. A slab is a whole number of partial sums, so that it changes no bit.

#if TILE_HALF
#define TILE_PARTS KERNEL_HALF_PARTS
#define TILE_PART_LANES (VENULE_LANES / 2 / TILE_PARTS)
#define TILE_VECTOR vhalf_part
#define TILE_LOAD load_half_part
#define TILE_STORE store_half_part
#define TILE_SPLAT splat_half_part
#define TILE_FUSED fused_half_part
#define TILE_LARGER larger_half_part
#else
#define TILE_PARTS KERNEL_PARTS
#define TILE_PART_LANES KERNEL_PART_LANES
#define TILE_VECTOR vpart
#define TILE_LOAD load_part
#define TILE_STORE store_part
#define TILE_SPLAT splat_part
#define TILE_FUSED fused_part
#define TILE_LARGER larger_part
#endif
#define TILE_EACH                                                                                                      \
    UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int p = 0; p < TILE_PIXELS; p++)                          \
        UNROLL for (int q = 0; q < TILE_PARTS; q++)
#if TILE_RUN
#define TILE_POINTERS 1
#define TILE_INPUT(p) in[0][(p)*VENULE_LANES + lane]
#define TILE_OUT(p) (tile->out[0] + (p)*VENULE_LANES)
#else
#define TILE_POINTERS TILE_PIXELS
#define TILE_INPUT(p) in[p][lane]
#define TILE_OUT(p) tile->out[p]
#endif

static void TILE_NAME(const convolution_tile *tile) {
    const venule_convolution *parameters = tile->parameters;
    const float *weights = tile->weights;
    const size_t nextBlock = tile->weightStride;
    TILE_VECTOR sums[TILE_BLOCKS][TILE_PIXELS][TILE_PARTS], totals[TILE_BLOCKS][TILE_PIXELS][TILE_PARTS];
    int hasTotals = !tile->isFirst;
    TILE_EACH {
        sums[b][p][q] = hasTotals ? TILE_SPLAT(0.0f) : TILE_LOAD(tile->bias + b * VENULE_LANES + q * TILE_PART_LANES);
        if (hasTotals) totals[b][p][q] = TILE_LOAD(TILE_OUT(p) + b * tile->outStride + q * TILE_PART_LANES);
    }

#if TILE_RUN
    UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int p = 0; p < TILE_PIXELS; p++)
        prefetch_write(TILE_OUT(TILE_PIXELS + p) + b * tile->outStride);
#endif

    uint32_t blocksLeft = tile->inputBlocks;
    uint32_t partialLeft = tile->partialBlocks;
    uint32_t channel = tile->firstChannel;
    for (uint32_t s = tile->firstSource; blocksLeft > 0; s++, channel = 0) {
        const venule_source *source = &tile->sources[s];
        const float *const *rows[TILE_POINTERS];
        UNROLL for (int p = 0; p < TILE_POINTERS; p++) rows[p] = source->rows + (tile->row[p] - source->firstRow);
        for (; channel < source->layout.channels && blocksLeft > 0; channel += VENULE_LANES, blocksLeft--) {
            if (partialLeft-- == 0) {
                TILE_EACH {
                    totals[b][p][q] = hasTotals ? totals[b][p][q] + sums[b][p][q] : sums[b][p][q];
                    sums[b][p][q] = TILE_SPLAT(0.0f);
                }
                hasTotals = 1;
                partialLeft = tile->partialBlocks - 1;
            }
            const size_t lanes = least(source->layout.channels - channel, VENULE_LANES);
            const size_t block = (size_t)(channel / VENULE_LANES) * source->layout.blockStride;
            for (uint32_t r = 0; r < parameters->kernelHeight; r++) {
                const float *in[TILE_POINTERS];
                UNROLL for (int p = 0; p < TILE_POINTERS; p++) in[p] =
                    rows[p][r * parameters->dilationHeight] + block + tile->column[p];
#if TILE_RUN
                // Fetches what the next tile reads while this one is computed. The rows of several blocks and images
                // are too many streams for the processor to foresee.
                UNROLL for (int p = 0; p < TILE_PIXELS; p++) prefetch_read(in[0] + (TILE_PIXELS + p) * VENULE_LANES);
#endif
                size_t column = 0;
                for (uint32_t k = 0; k < parameters->kernelWidth; k++) {
                    size_t lane = column;
                    const size_t endOfFours = column + (lanes & ~(size_t)3), end = column + lanes;
#define TILE_STEP()                                                                                                    \
    {                                                                                                                  \
        TILE_VECTOR w[TILE_BLOCKS][TILE_PARTS];                                                                        \
        UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int q = 0; q < TILE_PARTS; q++) w[b][q] =             \
            TILE_LOAD(weights + b * nextBlock + q * TILE_PART_LANES);                                                  \
        weights += VENULE_LANES;                                                                                       \
        UNROLL for (int p = 0; p < TILE_PIXELS; p++) {                                                                 \
            TILE_VECTOR x = TILE_SPLAT(TILE_INPUT(p));                                                                 \
            UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int q = 0; q < TILE_PARTS; q++) sums[b][p][q] =   \
                TILE_FUSED(x, w[b][q], sums[b][p][q]);                                                                 \
        }                                                                                                              \
        TILE_EACH PIN(sums[b][p][q]);                                                                                  \
        lane++;                                                                                                        \
    }
#if KERNEL_BY_LANE
#define TILE_FOUR_STEPS()                                                                                              \
    {                                                                                                                  \
        vpart x[TILE_PIXELS];                                                                                          \
        UNROLL for (int p = 0; p < TILE_PIXELS; p++) x[p] = load_part(&TILE_INPUT(p));                                 \
        UNROLL for (int l = 0; l < 4; l++) UNROLL for (int q = 0; q < TILE_PARTS; q++) {                               \
            const vpart w = load_part(weights + l * VENULE_LANES + q * TILE_PART_LANES);                               \
            UNROLL for (int p = 0; p < TILE_PIXELS; p++) sums[0][p][q] = fused_lane(x[p], l, w, sums[0][p][q]);        \
        }                                                                                                              \
        weights += 4 * VENULE_LANES;                                                                                   \
        lane += 4;                                                                                                     \
    }
#else
#define TILE_FOUR_STEPS() TILE_STEP() TILE_STEP() TILE_STEP() TILE_STEP()
#endif
                    while (lane < endOfFours) { TILE_FOUR_STEPS() }
                    while (lane < end) TILE_STEP()
                    column += (size_t)parameters->dilationWidth * VENULE_LANES;
                }
            }
        }
    }

    TILE_EACH {
        TILE_VECTOR sum = hasTotals ? totals[b][p][q] + sums[b][p][q] : sums[b][p][q];
        if (tile->relu) sum = TILE_LARGER(TILE_SPLAT(0.0f), sum);
#if !TILE_RUN
        if ((uint32_t)p >= tile->pixels) continue;
#endif
        float *out = TILE_OUT(p) + b * tile->outStride + q * TILE_PART_LANES;
        TILE_STORE(out, sum);
#if TILE_HALF
        TILE_STORE(out + VENULE_LANES / 2, TILE_SPLAT(0.0f));
#endif
    }
}

#undef TILE_FOUR_STEPS
#undef TILE_EACH
#undef TILE_PARTS
#undef TILE_PART_LANES
#undef TILE_STORE
#undef TILE_STEP
#undef TILE_INPUT
#undef TILE_OUT
#undef TILE_POINTERS
#undef TILE_VECTOR
#undef TILE_LOAD
#undef TILE_SPLAT
#undef TILE_FUSED
#undef TILE_LARGER
#undef TILE_NAME
#undef TILE_PIXELS
#undef TILE_BLOCKS
#undef TILE_HALF
#undef TILE_RUN
