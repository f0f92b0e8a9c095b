// Global pooling. The result's only row is the accumulator between the steps of an image.
//
// The maximum is folded. For the mean, each row is summed in double from left to right, and the accumulator, which is
// a float, takes the rows' sums one by one, so that the bits do not depend on where steps end. With plain rounding,
// an even image of 4096 rows would lose the same low bits in every row (an error of 1e-4). So the sum is rounded up
// or down by a threshold, the fraction of the row's number times the golden ratio, which spreads the errors so evenly
// that they cancel. Relative to the mean of |x| the error is about 1e-7 up to 64 rows and about 1e-6 at 4096.

typedef double vdouble __attribute__((vector_size(128)));
typedef int64_t vlong __attribute__((vector_size(128)));

static uint32_t count_global_pooling(const venule_step *step) {
    return step->rowCount == 0 ? 0 : block_count(step->sources[0].layout.channels);
}

/// `sum` as a float: `threshold` (29 bits) is added to the bits that a float does not have, and then these are cut
/// off.
INLINE vfloat rounded_with_threshold(vdouble sum, uint32_t threshold) {
    vlong bits = (vlong)sum + (int64_t)threshold;
    return __builtin_convertvector((vdouble)(bits & ~(int64_t)0x1FFFFFFF), vfloat);
}

static void average_rows(const venule_step *step, uint32_t block, float *accumulator) {
    const venule_source *source = &step->sources[0];
    const venule_layout *layout = &source->layout;
    vfloat total = step->firstRow == 0 ? splat(0.0f) : load(accumulator);
    for (uint32_t row = step->firstRow; row < step->firstRow + step->rowCount; row++) {
        const float *in = source_row(source, row) + (size_t)block * layout->blockStride;
        vdouble line = {};
        for (uint32_t x = 0; x < layout->width; x++)
            line += __builtin_convertvector(load(in + (size_t)x * VENULE_LANES), vdouble);
        // 2654435769 = 2³² · (√5 − 1) / 2
        const uint32_t threshold = ((row + 1) * 2654435769u) >> 3;
        total = rounded_with_threshold(__builtin_convertvector(total, vdouble) + line, threshold);
    }
    if (step->firstRow + step->rowCount == layout->height)
        total = total / ((float)layout->width * (float)layout->height);
    store(accumulator, total);
}

static void fold_rows(const venule_step *step, uint32_t block, float *accumulator) {
    const venule_source *source = &step->sources[0];
    vfloat all = step->firstRow == 0 ? splat(-__builtin_inff()) : load(accumulator);
    for (uint32_t row = step->firstRow; row < step->firstRow + step->rowCount; row++) {
        const float *in = source_row(source, row) + (size_t)block * source->layout.blockStride;
        vfloat line = load(in);
        for (uint32_t x = 1; x < source->layout.width; x++) line = larger(line, load(in + (size_t)x * VENULE_LANES));
        all = larger(all, line);
    }
    store(accumulator, all);
}

static void run_global_pooling(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_global_pooling *p = step->parameters;
    const venule_result *result = &step->results[0];
    for (uint32_t block = firstItem; block < endItem; block++) {
        float *accumulator = result->rows[0] + (size_t)block * result->layout.blockStride;
        if (p->kind == 0) fold_rows(step, block, accumulator);
        else average_rows(step, block, accumulator);
    }
}
