// Resizes along one axis, by weighted sums of neighbouring rows or columns. Sums are float32; each product is fused
// with its addition, in the order of the taps.

/// The taps [first, end) of a sum that lie inside an image of `size`, if the first of all taps is at `start`.
INLINE window_range inside_taps(int64_t start, uint32_t taps, uint32_t size) {
    return inside_window(start, taps, 1, size);
}

/// Makes a part of a row of the result from the same columns of several rows.
static void resample_rows(const venule_step *step, const result_part *part) {
    const venule_resampling *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const int64_t start = sampled_floor(&p->sampling, part->row);
    const window_range taps = inside_taps(start, p->taps, source->layout.height);
    const float *weights = step->constants[0] + (size_t)part->row * p->taps;
    for (size_t x = part->firstColumn; x < part->endColumn; x++) {
        // The sum begins with −0, since −0 plus the first product is that product with its sign, so that copying an
        // element keeps the sign of a zero.
        vfloat sum = splat(-0.0f);
        for (uint32_t t = taps.first; t < taps.end; t++)
            // An element without weight takes no part, even if it is NaN or infinite.
            if (weights[t] != 0.0f)
                sum = fused(splat(weights[t]), load(source_of_part(source, start + t, part) + x * VENULE_LANES), sum);
        store(part->out + x * VENULE_LANES, sum);
    }
}

/// The same from several columns of one row.
static void resample_columns(const venule_step *step, const result_part *part) {
    const venule_resampling *p = step->parameters;
    const float *in = source_of_part(&step->sources[0], part->row, part);
    for (uint32_t x = part->firstColumn; x < part->endColumn; x++) {
        const int64_t start = sampled_floor(&p->sampling, x);
        const window_range taps = inside_taps(start, p->taps, step->sources[0].layout.width);
        const float *weights = step->constants[0] + (size_t)x * p->taps;
        vfloat sum = splat(-0.0f);
        for (uint32_t t = taps.first; t < taps.end; t++)
            if (weights[t] != 0.0f) sum = fused(splat(weights[t]), load(in + (start + t) * VENULE_LANES), sum);
        store(part->out + (size_t)x * VENULE_LANES, sum);
    }
}

static void write_resampling(const venule_step *step, const result_part *part) {
    const venule_resampling *p = step->parameters;
    if (p->axis == 0) resample_rows(step, part);
    else resample_columns(step, part);
}

static void run_resampling(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_resampling);
}
