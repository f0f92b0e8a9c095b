// And, or, exclusive or of two bool tensors, broadcast along loops.

#define CONNECT_RUNS(code, operator)                                                                                   \
    case code:                                                                                                         \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const uint8_t *a = (const uint8_t *)plain_source(step, 0) + walk.offsets[0];                               \
            const uint8_t *b = (const uint8_t *)plain_source(step, 1) + walk.offsets[1];                               \
            const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];                      \
            for (int64_t i = 0; i < (int64_t)walk.run; i++) out[i] = (a[i * left] != 0) operator(b[i * right] != 0);   \
            out += walk.run;                                                                                           \
        }                                                                                                              \
        break;

static uint32_t count_plain_logic(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_logic(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_relation *p = step->parameters;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const venule_view *const views[] = {&p->left, &p->right};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    uint8_t *out = (uint8_t *)plain_result(step) + first;
    switch (p->kind) {
        CONNECT_RUNS(0, &)
        CONNECT_RUNS(1, |)
        CONNECT_RUNS(2, ^)
    }
}
#undef CONNECT_RUNS
