// A register tile of transposed convolution: TILE_PIXELS output pixels that are a stride apart in one row, so that
// they read neighbouring input pixels with the same weights, times TILE_BLOCKS blocks of output channels.
// Included once for each TILE_NAME, TILE_PIXELS and TILE_BLOCKS.
//
// The order of the sum is that of the packed weights: kernel row, kernel column, input channel; in partial sums of
// TRANSPOSED_PARTIAL_CHANNELS channels of one kernel column, the first of which starts with the bias.

static void TILE_NAME(const transposed_tile *tile) {
    const venule_transposed_convolution *p = tile->parameters;
    const venule_source *source = tile->source;
    const venule_layout *layout = &source->layout;
    const size_t nextBlock = tile->weightStride;
    vfloat sums[TILE_BLOCKS][TILE_PIXELS], totals[TILE_BLOCKS][TILE_PIXELS];
    int hasTotals = 0;
    UNROLL for (int b = 0; b < TILE_BLOCKS; b++)
        UNROLL for (int i = 0; i < TILE_PIXELS; i++) sums[b][i] = load(tile->bias + b * VENULE_LANES);

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
                    UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int i = 0; i < TILE_PIXELS; i++) {
                        totals[b][i] = hasTotals ? totals[b][i] + sums[b][i] : sums[b][i];
                        sums[b][i] = splat(0.0f);
                    }
                    hasTotals = 1;
                }
#define TILE_STEP()                                                                                                    \
    {                                                                                                                  \
        vfloat w[TILE_BLOCKS];                                                                                         \
        UNROLL for (int b = 0; b < TILE_BLOCKS; b++) w[b] = load(weights + b * nextBlock);                             \
        weights += VENULE_LANES;                                                                                       \
        UNROLL for (int i = 0; i < TILE_PIXELS; i++) {                                                                 \
            const vfloat x16 = splat(in[i * VENULE_LANES + lane]);                                                     \
            UNROLL for (int b = 0; b < TILE_BLOCKS; b++) sums[b][i] = fused(x16, w[b], sums[b][i]);                    \
        }                                                                                                              \
        lane++;                                                                                                        \
    }
                size_t lane = 0;
                while (lane < (lanes & ~(size_t)3)) {
                    TILE_STEP() TILE_STEP() TILE_STEP() TILE_STEP()
                }
                while (lane < lanes) TILE_STEP()
                in += layout->blockStride;
            }
        }
    }

    const size_t pixelStep = (size_t)p->strideWidth * VENULE_LANES;
    UNROLL for (int b = 0; b < TILE_BLOCKS; b++) UNROLL for (int i = 0; i < TILE_PIXELS; i++) {
        vfloat sum = hasTotals ? totals[b][i] + sums[b][i] : sums[b][i];
        if (tile->relu) sum = relu(sum);
        store(tile->out + b * tile->outStride + i * pixelStep, sum);
    }
}

#undef TILE_STEP
#undef TILE_NAME
#undef TILE_PIXELS
#undef TILE_BLOCKS
