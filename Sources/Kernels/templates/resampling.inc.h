// Weighted sums of neighbouring rows or columns: resizing with any filter, an axis at a time. Sums are float32, each product
// fused with its addition, in the order of the taps.

/// Taps [first, end) of a sum that lie inside an image of `size`, the first of all taps being at `start`.
INLINE window_range inside_taps(int64_t start, uint32_t taps, uint32_t size) {
    return inside_window(start, taps, 1, size);
}

INLINE int64_t first_tap(const venule_resampling *p, uint32_t at) {
    return floored_quotient(p->sampling.scale * at + p->sampling.offset, p->sampling.divisor);
}

/// A row of the result, or a part of it: of rows at the same columns.
static void resample_rows(
    const venule_step *step, uint32_t row, size_t block, const grid_item *item, float *out
) {
    const venule_resampling *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const int64_t start = first_tap(p, row);
    const window_range taps = inside_taps(start, p->taps, source->layout.height);
    const float *weights = step->constants[0] + (size_t)row * p->taps;
    for (size_t x = item->firstColumn; x < item->endColumn; x++) {
        // −0 and the first product is that product, so that a copy keeps the sign of a zero.
        vfloat sum = splat(-0.0f);
        for (uint32_t t = taps.first; t < taps.end; t++)
            // What has no weight takes no part, even if it is no number.
            if (weights[t] != 0.0f)
                sum = fused(splat(weights[t]), load(source_row(source, start + t) + block + x * VENULE_LANES), sum);
        store(out + x * VENULE_LANES, sum);
    }
}

/// The same of columns of one row.
static void resample_columns(const venule_step *step, const float *in, const grid_item *item, float *out) {
    const venule_resampling *p = step->parameters;
    for (uint32_t x = item->firstColumn; x < item->endColumn; x++) {
        const int64_t start = first_tap(p, x);
        const window_range taps = inside_taps(start, p->taps, step->sources[0].layout.width);
        const float *weights = step->constants[0] + (size_t)x * p->taps;
        vfloat sum = splat(-0.0f);
        for (uint32_t t = taps.first; t < taps.end; t++)
            if (weights[t] != 0.0f)
                sum = fused(splat(weights[t]), load(in + (start + t) * VENULE_LANES), sum);
        store(out + (size_t)x * VENULE_LANES, sum);
    }
}

static void run_resampling(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_resampling *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width;
    const item_grid grid = make_grid(step->rowCount, block_count(result->layout.channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row;
        const size_t block = (size_t)item.block * source->layout.blockStride;
        float *out = result_row(result, row) + (size_t)item.block * result->layout.blockStride;
        if (p->axis == 0) resample_rows(step, row, block, &item, out);
        else resample_columns(step, source_row(source, row) + block, &item, out);
    }
}
