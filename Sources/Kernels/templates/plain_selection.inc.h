// Elements of one tensor or of another, as a bool tensor says, broadcast along loops.

#define SELECT_RUNS(code, type)                                                                                        \
    case code: {                                                                                                       \
        type *out = (type *)plain_result(step) + first;                                                                \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const uint8_t *condition = (const uint8_t *)plain_source(step, 0) + walk.offsets[0];                       \
            const type *a = (const type *)plain_source(step, 1) + walk.offsets[1];                                     \
            const type *b = (const type *)plain_source(step, 2) + walk.offsets[2];                                     \
            const int64_t step0 = p->condition.strides[LAST_AXIS];                                                     \
            const int64_t step1 = p->whenTrue.strides[LAST_AXIS], step2 = p->whenFalse.strides[LAST_AXIS];             \
            for (int64_t i = 0; i < (int64_t)walk.run; i++)                                                            \
                out[i] = condition[i * step0] ? a[i * step1] : b[i * step2];                                           \
            out += walk.run;                                                                                           \
        }                                                                                                              \
        break;                                                                                                         \
    }

static uint32_t count_plain_selection(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_selection(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_selection *p = step->parameters;
    const venule_layout *layout = &step->results[0].layout;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, layout->elementCount);
    const venule_view *const views[] = {&p->condition, &p->whenTrue, &p->whenFalse};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 3, first, end);
    switch (element_size(layout->element)) {
        SELECT_RUNS(1, uint8_t)
        SELECT_RUNS(2, uint16_t)
        SELECT_RUNS(4, uint32_t)
        SELECT_RUNS(8, uint64_t)
    }
}
#undef SELECT_RUNS
