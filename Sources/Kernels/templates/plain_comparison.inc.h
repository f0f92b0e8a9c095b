// Comparisons of two tensors of one type, broadcast along loops. With NaN, every comparison is false.

#define COMPARE_RUNS(code, type, operator)                                                                             \
    case code:                                                                                                         \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const type *a = (const type *)plain_source(step, 0) + walk.offsets[0];                                     \
            const type *b = (const type *)plain_source(step, 1) + walk.offsets[1];                                     \
            const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];                      \
            for (int64_t i = 0; i < (int64_t)walk.run; i++) out[i] = a[i * left] operator b[i * right];                \
            out += walk.run;                                                                                           \
        }                                                                                                              \
        break;

#define COMPARE_TYPE(code, type)                                                                                       \
    case code:                                                                                                         \
        switch (p->kind) {                                                                                             \
            COMPARE_RUNS(0, type, ==)                                                                                  \
            COMPARE_RUNS(1, type, <)                                                                                   \
            COMPARE_RUNS(2, type, <=)                                                                                  \
            COMPARE_RUNS(3, type, >)                                                                                   \
            COMPARE_RUNS(4, type, >=)                                                                                  \
        }                                                                                                              \
        break;

static uint32_t count_plain_comparison(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_comparison(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_relation *p = step->parameters;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const venule_view *const views[] = {&p->left, &p->right};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    uint8_t *out = (uint8_t *)plain_result(step) + first;
    switch (plain_element(step, 0)) {
        COMPARE_TYPE(VENULE_FLOAT32, float)
        COMPARE_TYPE(VENULE_INT32, int32_t)
        COMPARE_TYPE(VENULE_INT64, int64_t)
        COMPARE_TYPE(VENULE_UINT8, uint8_t)
        COMPARE_TYPE(VENULE_INT8, int8_t)
        COMPARE_TYPE(VENULE_BOOL, uint8_t)
    }
}
#undef COMPARE_RUNS
#undef COMPARE_TYPE
