// Takes the entries of a tensor at computed indices, from [outer, axis, inner] to [outer, indices, inner].

static uint32_t count_plain_gather(const venule_step *step) {
    const venule_plain_line *p = &((const venule_plain_gather *)step->parameters)->line;
    const uint64_t entries =
        step->results[0].layout.elementCount ? (uint64_t)p->outer * step->sources[1].layout.elementCount : 0;
    return chunk_count(entries);
}

/// A negative index counts from the end; one that is still outside becomes the nearest index inside.
INLINE int64_t index_inside(int64_t index, int64_t size) {
    if (index < 0) index += size;
    return index < 0 ? 0 : index >= size ? size - 1 : index;
}

static void run_plain_gather(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_line *p = &((const venule_plain_gather *)step->parameters)->line;
    const uint64_t count = step->sources[1].layout.elementCount;
    const size_t bytes = (size_t)p->inner * element_size(step->results[0].layout.element);
    const uint8_t *in = plain_source(step, 0);
    uint8_t *out = plain_result(step);
    const uint64_t end = chunk_end(endItem - 1, (uint64_t)p->outer * count);
    for (uint64_t entry = chunk_start(firstItem); entry < end; entry++) {
        const uint64_t outer = entry / count, at = entry % count;
        const int64_t index = plain_element(step, 1) == VENULE_INT64 ? ((const int64_t *)plain_source(step, 1))[at]
                                                                     : ((const int32_t *)plain_source(step, 1))[at];
        const uint64_t from = outer * (uint64_t)p->axis + (uint64_t)index_inside(index, p->axis);
        __builtin_memcpy(out + entry * bytes, in + from * bytes, bytes);
    }
}
