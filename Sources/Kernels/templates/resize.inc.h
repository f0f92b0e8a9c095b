// Resizing: positions are rational numbers, computed with the integers of PlanFormat's ResizeParameters.sampledRows,
// for rows and columns alike. Linear mixes along the columns first, then along the rows.

typedef struct {
    uint32_t low, high;
    /// Share of `high`.
    float weight;
} axis_sample;

INLINE uint32_t clamped_position(int64_t position, uint32_t size) {
    if (position < 0) return 0;
    return position >= size ? size - 1 : (uint32_t)position;
}

INLINE axis_sample sample_axis(const venule_axis_sampling *axis, uint32_t interpolation, uint32_t at, uint32_t size) {
    const int64_t position = axis->scale * at + axis->offset;
    axis_sample sample = {0, 0, 0.0f};
    if (interpolation == 1) {
        sample.low = clamped_position(
            -floored_quotient(-(2 * position - axis->divisor), 2 * axis->divisor), size);
        return sample;
    }
    const int64_t low = floored_quotient(position, axis->divisor);
    sample.low = clamped_position(low, size);
    if (interpolation == 0) return sample;
    sample.high = clamped_position(low + 1, size);
    sample.weight = (float)(position - low * axis->divisor) / (float)axis->divisor;
    return sample;
}

/// (1 − t) · a + t · b
INLINE vfloat mixed(vfloat a, vfloat b, float t) { return fused(splat(t), b, splat(1.0f - t) * a); }

static void resize_row(
    const venule_step *step, const axis_sample *vertical, size_t block, const grid_item *item, float *out
) {
    const venule_resize *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const float *low = source_row(source, vertical->low) + block;
    const float *high = p->interpolation == 2 ? source_row(source, vertical->high) + block : low;
    for (uint32_t x = item->firstColumn; x < item->endColumn; x++) {
        const axis_sample s = sample_axis(&p->columns, p->interpolation, x, source->layout.width);
        const size_t left = (size_t)s.low * VENULE_LANES, right = (size_t)s.high * VENULE_LANES;
        vfloat value = load(low + left);
        if (p->interpolation == 2)
            value = mixed(mixed(value, load(low + right), s.weight),
                          mixed(load(high + left), load(high + right), s.weight), vertical->weight);
        store(out + (size_t)x * VENULE_LANES, value);
    }
}

static void run_resize(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_resize *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width;
    const item_grid grid = make_grid(step->rowCount, block_count(result->layout.channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row;
        const axis_sample vertical = sample_axis(&p->rows, p->interpolation, row, source->layout.height);
        resize_row(step, &vertical, (size_t)item.block * source->layout.blockStride, &item,
                   result_row(result, row) + (size_t)item.block * result->layout.blockStride);
    }
}
