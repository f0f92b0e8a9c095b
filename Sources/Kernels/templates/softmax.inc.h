// Softmax over the channels of each pixel: e^(x − largest) / Σ. Padded lanes take no part and become 0.

INLINE float largest_lane(vfloat x) {
    float lanes[VENULE_LANES];
    store(lanes, x);
    for (int half = VENULE_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lanes[l] = lanes[l] > lanes[l + half] ? lanes[l] : lanes[l + half];
    return lanes[0];
}

INLINE float sum_of_lanes(vfloat x) {
    float lanes[VENULE_LANES];
    store(lanes, x);
    for (int half = VENULE_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];
    return lanes[0];
}

static void softmax_pixel(const float *in, size_t inStride, float *out, size_t outStride, uint32_t channels) {
    const uint32_t blocks = block_count(channels);
    vfloat largest = splat(-__builtin_inff());
    for (uint32_t b = 0; b < blocks; b++) {
        const vfloat x = choose(channel_mask(channels, b), load(in + b * inStride), splat(-__builtin_inff()));
        largest = larger(largest, x);
    }
    const vfloat top = splat(largest_lane(largest));
    vfloat sum = splat(0.0f);
    for (uint32_t b = 0; b < blocks; b++) {
        const vfloat e = masked(vexp(load(in + b * inStride) - top), channel_mask(channels, b));
        store(out + b * outStride, e);
        sum += e;
    }
    const vfloat total = splat(sum_of_lanes(sum));
    for (uint32_t b = 0; b < blocks; b++) store(out + b * outStride, load(out + b * outStride) / total);
}

static void write_softmax(const venule_step *step, const result_part *part) {
    const venule_source *source = &step->sources[0];
    const venule_layout *layout = &step->results[0].layout;
    const float *in = source_row(source, part->row);
    for (size_t x = part->firstColumn; x < part->endColumn; x++)
        softmax_pixel(in + x * VENULE_LANES, source->layout.blockStride, part->out + x * VENULE_LANES,
            layout->blockStride, layout->channels);
}

static void run_softmax(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_rows(step, firstItem, endItem, write_softmax);
}
