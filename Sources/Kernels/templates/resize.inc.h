// Resizing by one element, or by two neighbours, of each axis. Linear mixes along the columns first, then along the rows.

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
    const int64_t dividend = sampled_dividend(axis, at);
    axis_sample sample = {0, 0, 0.0f};
    if (interpolation == 1) {
        sample.low = clamped_position(-floored_quotient(-(2 * dividend - axis->divisor), 2 * axis->divisor), size);
        return sample;
    }
    const int64_t low = sampled_floor(axis, at);
    sample.low = clamped_position(low, size);
    if (interpolation == 0) return sample;
    sample.high = clamped_position(low + 1, size);
    sample.weight = (float)(dividend - low * axis->divisor) / (float)axis->divisor;
    return sample;
}

/// (1 − t) · a + t · b
INLINE vfloat mixed(vfloat a, vfloat b, float t) { return fused(splat(t), b, splat(1.0f - t) * a); }

static void write_resize(const venule_step *step, const result_part *part) {
    const venule_resize *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const axis_sample vertical = sample_axis(&p->rows, p->interpolation, part->row, source->layout.height);
    const float *low = source_of_part(source, vertical.low, part);
    const float *high = p->interpolation == 2 ? source_of_part(source, vertical.high, part) : low;
    for (uint32_t x = part->firstColumn; x < part->endColumn; x++) {
        const axis_sample s = sample_axis(&p->columns, p->interpolation, x, source->layout.width);
        const size_t left = (size_t)s.low * VENULE_LANES, right = (size_t)s.high * VENULE_LANES;
        vfloat value = load(low + left);
        if (p->interpolation == 2)
            value = mixed(mixed(value, load(low + right), s.weight),
                mixed(load(high + left), load(high + right), s.weight), vertical.weight);
        store(part->out + (size_t)x * VENULE_LANES, value);
    }
}

static void run_resize(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_resize);
}
