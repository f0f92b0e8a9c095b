// Copies parts of tensors to their places in another tensor, which is filled first if they leave gaps.

INLINE const venule_plain_part *copied_part(const venule_step *step, uint32_t source) {
    return (const venule_plain_part *)((const venule_plain_copy *)step->parameters + 1) + source;
}

/// Threads share a single part without a filler by its positions. Otherwise one thread does everything, because the
/// filler must come first and parts may overlap.
INLINE int copy_is_shared(const venule_step *step) {
    return step->sourceCount == 1 && !((const venule_plain_copy *)step->parameters)->fills;
}

static uint32_t count_plain_copy(const venule_step *step) {
    return copy_is_shared(step) ? chunk_count(loop_positions(&copied_part(step, 0)->loop)) : 1;
}

#define COPY_RUNS(bytes, type)                                                                                         \
    case bytes:                                                                                                        \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const type *in = (const type *)plain_source(step, source) + walk.offsets[0];                               \
            type *out = (type *)plain_result(step) + walk.offsets[1];                                                  \
            for (int64_t i = 0; i < (int64_t)walk.run; i++) out[i * outStep] = in[i * inStep];                         \
        }                                                                                                              \
        break;

static void copy_part(const venule_step *step, uint32_t source, uint64_t first, uint64_t end) {
    const venule_plain_part *part = copied_part(step, source);
    const venule_view *const views[] = {&part->source, &part->result};
    const int64_t inStep = part->source.strides[LAST_AXIS], outStep = part->result.strides[LAST_AXIS];
    const size_t size = element_size(step->results[0].layout.element);
    plain_walk walk;
    begin_walk(&walk, &part->loop, views, 2, first, end);
    if (inStep == 1 && outStep == 1) {
        for (; walk.run; next_run(&walk))
            __builtin_memcpy((uint8_t *)plain_result(step) + (size_t)walk.offsets[1] * size,
                (const uint8_t *)plain_source(step, source) + (size_t)walk.offsets[0] * size, walk.run * size);
        return;
    }
    switch (size) {
        COPY_RUNS(1, uint8_t)
        COPY_RUNS(2, uint16_t)
        COPY_RUNS(4, uint32_t)
        COPY_RUNS(8, uint64_t)
    }
}
#undef COPY_RUNS

static void fill_result(const venule_step *step, const uint32_t *filler) {
    const uint64_t count = step->results[0].layout.elementCount;
    switch (element_size(step->results[0].layout.element)) {
    case 1:
        for (uint64_t i = 0; i < count; i++) ((uint8_t *)plain_result(step))[i] = (uint8_t)filler[0];
        break;
    case 2:
        for (uint64_t i = 0; i < count; i++) ((uint16_t *)plain_result(step))[i] = (uint16_t)filler[0];
        break;
    case 4:
        for (uint64_t i = 0; i < count; i++) ((uint32_t *)plain_result(step))[i] = filler[0];
        break;
    default:
        for (uint64_t i = 0; i < count; i++)
            ((uint64_t *)plain_result(step))[i] = filler[0] | (uint64_t)filler[1] << 32;
    }
}

static void run_plain_copy(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_copy *p = step->parameters;
    if (copy_is_shared(step)) {
        copy_part(step, 0, chunk_start(firstItem), chunk_end(endItem - 1, loop_positions(&copied_part(step, 0)->loop)));
        return;
    }
    if (p->fills) fill_result(step, p->filler);
    for (uint32_t source = 0; source < step->sourceCount; source++) {
        const uint64_t positions = loop_positions(&copied_part(step, source)->loop);
        if (positions) copy_part(step, source, 0, positions);
    }
}
