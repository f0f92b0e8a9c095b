// Copies between the caller's memory and a plain tensor. A bool of the caller's is true where it is not zero.

static uint32_t count_plain_entry(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_entry(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_layout *layout = &step->results[0].layout;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, layout->elementCount);
    if (layout->element == VENULE_BOOL) {
        const uint8_t *in = plain_source(step, 0);
        uint8_t *out = plain_result(step);
        for (uint64_t i = first; i < end; i++) out[i] = in[i] != 0;
        return;
    }
    const size_t size = element_size(layout->element);
    __builtin_memcpy((uint8_t *)plain_result(step) + first * size,
        (const uint8_t *)plain_source(step, 0) + first * size, (end - first) * size);
}
