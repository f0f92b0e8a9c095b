// Convolutions in groups. In a depthwise convolution each lane has a channel of its own, so that vectors of pixels
// are multiplied by vectors of weights. In other grouped convolutions the lanes of an output block read the channels
// of their groups, which may differ from lane to lane.
//
// The order of each sum is that of the packed weights: kernel row, kernel column, channel of the group.

/// How many pixels use the weights each time that these are read.
#define GROUPED_PIXELS 4

/// Calls `compute` for runs of up to GROUPED_PIXELS neighbouring pixels.
typedef void (*grouped_run_function)(const venule_step *step, const float *weights, uint32_t block, uint32_t row,
    uint32_t column, uint32_t pixels, float *out);

/// - Parameter weightsPerBlock: The number of weights of one block of output channels.
INLINE void compute_runs(const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region,
    size_t weightsPerBlock, grouped_run_function compute) {
    const venule_convolution *p = step->parameters;
    const uint32_t channels = step->results[0].layout.channels;
    for (uint32_t b = 0; b < blocks; b++) {
        const vint mask = channel_mask(channels, block + b);
        size_t stride = weightsPerBlock;
        const float *weights = weights_as_floats(
            step, p->weights, (block + b) * weightsPerBlock, weightsPerBlock, 1, &stride, region->panel);
        uint32_t pixel = region->first;
        while (pixel < region->end) {
            const uint32_t row = region->firstRow + pixel / region->columns;
            const uint32_t column = region->firstColumn + pixel % region->columns;
            const uint32_t inRow = least(region->end - pixel, region->firstColumn + region->columns - column);
            const uint32_t count = least(inRow, GROUPED_PIXELS);
            float *out = region_pixel(region, row, column) + b * region->blockStride;
            compute(step, weights, block + b, row, column, count, out);
            if (p->activation.function != FUNCTION_IDENTITY) activate(&p->activation, out, out, count, mask);
            pixel += count;
        }
    }
}

static void compute_depthwise_run(const venule_step *step, const float *weights, uint32_t block, uint32_t row,
    uint32_t column, uint32_t pixels, float *out) {
    const venule_convolution *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const size_t pixelStep = (size_t)p->strideWidth * VENULE_LANES;
    // At the end of a run, the last pixel is computed more than once.
    size_t at[GROUPED_PIXELS];
    vfloat sums[GROUPED_PIXELS];
    UNROLL for (uint32_t i = 0; i < GROUPED_PIXELS; i++) {
        at[i] = least(i, pixels - 1) * pixelStep;
        sums[i] = load(step->constants[1] + (size_t)block * VENULE_LANES);
    }
    const ptrdiff_t start = ((ptrdiff_t)column * p->strideWidth - p->paddingLeft) * VENULE_LANES;
    for (uint32_t r = 0; r < p->kernelHeight; r++) {
        const int64_t from = (int64_t)row * p->strideHeight + (int64_t)r * p->dilationHeight - p->paddingTop;
        const float *in = source_row(source, from) + (size_t)block * source->layout.blockStride + start;
        for (uint32_t c = 0; c < p->kernelWidth; c++) {
            const vfloat w = load(weights);
            UNROLL for (uint32_t i = 0; i < GROUPED_PIXELS; i++) sums[i] = fused(load(in + at[i]), w, sums[i]);
            weights += VENULE_LANES;
            in += (size_t)p->dilationWidth * VENULE_LANES;
        }
    }
    UNROLL for (uint32_t i = 0; i < GROUPED_PIXELS; i++) if (i < pixels) store(out + i * VENULE_LANES, sums[i]);
}

/// Floats from a row's column 0 to a channel of the same column.
INLINE size_t channel_offset(uint32_t channel, size_t blockStride) {
    return channel / VENULE_LANES * blockStride + channel % VENULE_LANES;
}

static void compute_grouped_run(const venule_step *step, const float *weights, uint32_t block, uint32_t row,
    uint32_t column, uint32_t pixels, float *out) {
    const venule_convolution *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const uint32_t perGroup = source->layout.channels / p->groups;
    const uint32_t resultsPerGroup = step->results[0].layout.channels / p->groups;
    const size_t pixelStep = (size_t)p->strideWidth * VENULE_LANES;
    const ptrdiff_t start = ((ptrdiff_t)column * p->strideWidth - p->paddingLeft) * VENULE_LANES;
    // Padded lanes have weights of zero, and read the channels of the last group.
    uint32_t firstChannel[VENULE_LANES];
    for (uint32_t l = 0; l < VENULE_LANES; l++)
        firstChannel[l] = least((block * VENULE_LANES + l) / resultsPerGroup, p->groups - 1) * perGroup;

    vfloat sums[GROUPED_PIXELS];
    for (uint32_t i = 0; i < GROUPED_PIXELS; i++) sums[i] = load(step->constants[1] + (size_t)block * VENULE_LANES);
    for (uint32_t r = 0; r < p->kernelHeight; r++) {
        const int64_t from = (int64_t)row * p->strideHeight + (int64_t)r * p->dilationHeight - p->paddingTop;
        const float *in = source_row(source, from) + start;
        for (uint32_t c = 0; c < p->kernelWidth; c++) {
            for (uint32_t channel = 0; channel < perGroup; channel++) {
                size_t offsets[VENULE_LANES];
                for (uint32_t l = 0; l < VENULE_LANES; l++)
                    offsets[l] = channel_offset(firstChannel[l] + channel, source->layout.blockStride);
                for (uint32_t i = 0; i < pixels; i++) {
                    vfloat x;
                    for (uint32_t l = 0; l < VENULE_LANES; l++) x[l] = in[i * pixelStep + offsets[l]];
                    sums[i] = fused(x, load(weights), sums[i]);
                }
                weights += VENULE_LANES;
            }
            in += (size_t)p->dilationWidth * VENULE_LANES;
        }
    }
    for (uint32_t i = 0; i < pixels; i++) store(out + i * VENULE_LANES, sums[i]);
}

static void compute_depthwise_region(
    const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region) {
    const venule_convolution *p = step->parameters;
    compute_runs(
        step, block, blocks, region, (size_t)p->kernelHeight * p->kernelWidth * VENULE_LANES, compute_depthwise_run);
}

static void compute_grouped_region(
    const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region) {
    const venule_convolution *p = step->parameters;
    const size_t perGroup = step->sources[0].layout.channels / p->groups;
    compute_runs(step, block, blocks, region, (size_t)p->kernelHeight * p->kernelWidth * perGroup * VENULE_LANES,
        compute_grouped_run);
}

static void run_depthwise_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    run_convolution(step, firstItem, endItem, scratch, compute_depthwise_region);
}

static void run_grouped_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    run_convolution(step, firstItem, endItem, scratch, compute_grouped_region);
}
