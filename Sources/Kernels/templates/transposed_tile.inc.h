// A register tile of transposed convolution: TILE_PIXELS output pixels that are a stride apart in one row, so that
// they read neighbouring input pixels with the same weights, times TILE_BLOCKS blocks of output channels.
// Included once for each TILE_NAME, TILE_PIXELS and TILE_BLOCKS.
//
// The order of the sum is that of the packed weights: kernel row, kernel column, input channel; in partial sums of
// TRANSPOSED_PARTIAL_CHANNELS channels of one kernel column, the first of which starts with the bias.

#define TILE_EACH                                                                                                      \
    UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int i = 0; i < TILE_PIXELS; i++)                          \
        UNROLL for (int q = 0; q < KERNEL_PARTS; q++)

static void TILE_NAME(const transposed_tile *tile) {
    const venule_transposed_convolution *p = tile->parameters;
    const venule_source *source = tile->source;
    const venule_layout *layout = &source->layout;
    const size_t nextBlock = tile->weightStride;
    vpart sums[TILE_BLOCKS][TILE_PIXELS][KERNEL_PARTS], totals[TILE_BLOCKS][TILE_PIXELS][KERNEL_PARTS];
    int hasTotals = 0;
    TILE_EACH sums[b][i][q] = load_part(tile->bias + b * VENULE_LANES + q * KERNEL_PART_LANES);

    for (uint32_t r = 0; r < p->kernelHeight; r++) {
        const int64_t row = (int64_t)tile->row + p->paddingTop - (int64_t)r * p->dilationHeight;
        const int64_t y = row / p->strideHeight;
        if (row < 0 || row % p->strideHeight != 0 || y >= layout->height) continue;
        const float *line = source_row(source, y);
        if (!line) continue;
        for (uint32_t c = 0; c < p->kernelWidth; c++) {
            const int64_t column = (int64_t)tile->column + p->paddingLeft - (int64_t)c * p->dilationWidth;
            const int64_t x = column / p->strideWidth;
            if (column < 0 || column % p->strideWidth != 0 || x + TILE_PIXELS > layout->width) continue;
            const float *in = line + x * VENULE_LANES;
            const float *weights = tile->weights + ((size_t)r * p->kernelWidth + c) * layout->channels * VENULE_LANES;
            for (uint32_t channel = 0; channel < layout->channels; channel += VENULE_LANES) {
                const size_t lanes = least(layout->channels - channel, VENULE_LANES);
                if (channel != 0 && channel % TRANSPOSED_PARTIAL_CHANNELS == 0) {
                    TILE_EACH {
                        totals[b][i][q] = hasTotals ? totals[b][i][q] + sums[b][i][q] : sums[b][i][q];
                        sums[b][i][q] = splat_part(0.0f);
                    }
                    hasTotals = 1;
                }
#define TILE_STEP()                                                                                                    \
    {                                                                                                                  \
        vpart w[TILE_BLOCKS][KERNEL_PARTS];                                                                            \
        UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) w[b][q] =           \
            load_part(weights + b * nextBlock + q * KERNEL_PART_LANES);                                                \
        weights += VENULE_LANES;                                                                                       \
        UNROLL for (int i = 0; i < TILE_PIXELS; i++) {                                                                 \
            const vpart x16 = splat_part(in[i * VENULE_LANES + lane]);                                                 \
            UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) sums[b][i][q] = \
                fused_part(x16, w[b][q], sums[b][i][q]);                                                               \
        }                                                                                                              \
        TILE_EACH PIN(sums[b][i][q]);                                                                                  \
        lane++;                                                                                                        \
    }
#if KERNEL_BY_LANE
#define TILE_FOUR_STEPS()                                                                                              \
    {                                                                                                                  \
        vpart x[TILE_PIXELS];                                                                                          \
        UNROLL for (int i = 0; i < TILE_PIXELS; i++) x[i] = load_part(in + i * VENULE_LANES + lane);                   \
        UNROLL for (int l = 0; l < 4; l++) UNROLL for (int q = 0; q < KERNEL_PARTS; q++) {                             \
            const vpart w = load_part(weights + l * VENULE_LANES + q * KERNEL_PART_LANES);                             \
            UNROLL for (int i = 0; i < TILE_PIXELS; i++) sums[0][i][q] = fused_lane(x[i], l, w, sums[0][i][q]);        \
        }                                                                                                              \
        weights += 4 * VENULE_LANES;                                                                                   \
        lane += 4;                                                                                                     \
    }
#else
#define TILE_FOUR_STEPS() TILE_STEP() TILE_STEP() TILE_STEP() TILE_STEP()
#endif
                // Fetches what the next tile reads.
                UNROLL for (int i = 0; i < TILE_PIXELS; i++) prefetch_read(in + (TILE_PIXELS + i) * VENULE_LANES);
                size_t lane = 0;
                while (lane < (lanes & ~(size_t)3)) { TILE_FOUR_STEPS() }
                while (lane < lanes) TILE_STEP()
                in += layout->blockStride;
            }
        }
    }

    const size_t pixelStep = (size_t)p->strideWidth * VENULE_LANES;
    TILE_EACH {
        vpart sum = hasTotals ? totals[b][i][q] + sums[b][i][q] : sums[b][i][q];
        if (tile->relu) sum = larger_part(splat_part(0.0f), sum);
        store_part(tile->out + b * tile->outStride + i * pixelStep + q * KERNEL_PART_LANES, sum);
    }
}

#undef TILE_FOUR_STEPS
#undef TILE_EACH
#undef TILE_STEP
#undef TILE_NAME
#undef TILE_PIXELS
#undef TILE_BLOCKS
