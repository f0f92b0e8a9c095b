// Weighted sums of entries along the middle axis of [outer, input, inner], by tables of positions and weights. This
// serves resizing with any interpolation.

/// An item is an entry of the result: `inner` elements.
static uint32_t count_plain_resampling(const venule_step *step) {
    const venule_plain_resampling *p = step->parameters;
    return step->results[0].layout.elementCount ? (uint32_t)((uint64_t)p->outer * (uint64_t)p->output) : 0;
}

static void run_plain_resampling(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_resampling *p = step->parameters;
    const uint64_t inner = (uint64_t)p->inner, taps = (uint64_t)p->taps;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint64_t outer = item / (uint32_t)p->output, entry = item % (uint32_t)p->output;
        const int32_t *positions = (const int32_t *)(const void *)step->constants[0] + entry * taps;
        const float *weights = step->constants[1] + entry * taps, added = step->constants[2][entry];
        const float *in = (const float *)plain_source(step, 0) + outer * (uint64_t)p->input * inner;
        float *out = (float *)plain_result(step) + item * inner;
        for (uint64_t i = 0; i < inner; i++) {
            double sum = -0.0;
            for (uint64_t tap = 0; tap < taps; tap++) {
                const uint64_t at = (uint64_t)clamped_position(positions[tap], (uint32_t)p->input);
                // An entry without weight takes no part, even if it is NaN or infinite.
                if (weights[tap] != 0.0f) sum += (double)weights[tap] * (double)in[at * inner + i];
            }
            out[i] = (float)(sum + (double)added);
        }
    }
}
