// Functions of one float on whole tensors.

static uint32_t count_plain_elementwise(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_elementwise(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const float *in = (const float *)plain_source(step, 0) + first;
    float *out = (float *)plain_result(step) + first;
    for (uint64_t i = 0; i < end - first; i++) out[i] = in[i];
    activate_floats(step->parameters, out, end - first);
}
