// Mean, sum, maximum and minimum over some axes. Floats are added in double precision, integers in 64 bits, in order.

/// How many results one item makes, so that it has about as much work as a chunk of positions.
INLINE uint64_t reductions_per_item(uint64_t reduced) {
    return reduced >= PLAIN_CHUNK ? 1 : PLAIN_CHUNK / (reduced ? reduced : 1);
}

static uint32_t count_plain_reduction(const venule_step *step) {
    const venule_plain_reduction *p = step->parameters;
    const uint64_t each = reductions_per_item(loop_positions(&p->axes.reduced));
    return (uint32_t)((loop_positions(&p->axes.kept) + each - 1) / each);
}

/// The result for one position of the kept axes. The state of the reduction is one number, which begins as the first
/// element.
#define REDUCE_RUNS(type, statement)                                                                                   \
    for (; walk.run; next_run(&walk)) {                                                                                \
        const type *in = (const type *)source + keptOffset + walk.offsets[0];                                          \
        for (int64_t i = 0; i < (int64_t)walk.run; i++) {                                                              \
            const type x = in[i * stride];                                                                             \
            statement;                                                                                                 \
        }                                                                                                              \
    }

#define REDUCE_TYPE(code, type, wide, lowest, highest, quotient)                                                       \
    case code: {                                                                                                       \
        type *out = (type *)plain_result(step) + at;                                                                   \
        wide sum = 0;                                                                                                  \
        type extreme = kind == 2 ? lowest : highest;                                                                   \
        switch (kind) {                                                                                                \
        case 2: REDUCE_RUNS(type, extreme = extreme > x ? extreme : x) break;                                          \
        case 3: REDUCE_RUNS(type, extreme = extreme < x ? extreme : x) break;                                          \
        default: REDUCE_RUNS(type, sum += (wide)x)                                                                     \
        }                                                                                                              \
        *out = kind >= 2 ? extreme : (type)(kind == 1 ? sum : quotient);                                               \
        break;                                                                                                         \
    }

#define INTEGER_MEAN (uint64_t) wrapped_quotient((int64_t)sum, (int64_t)positions)

static void reduce_at(const venule_step *step, uint64_t at, int64_t keptOffset) {
    const venule_plain_reduction *p = step->parameters;
    const uint32_t kind = p->kind;
    const void *source = plain_source(step, 0);
    const uint64_t positions = loop_positions(&p->axes.reduced);
    const venule_view *const views[] = {&p->axes.reducedView};
    const int64_t stride = p->axes.reducedView.strides[LAST_AXIS];
    plain_walk walk;
    begin_walk(&walk, &p->axes.reduced, views, 1, 0, positions);
    switch (plain_element(step, 0)) {
        REDUCE_TYPE(VENULE_FLOAT32, float, double, -__builtin_inff(), __builtin_inff(), sum / (double)positions)
        REDUCE_TYPE(VENULE_INT32, int32_t, uint64_t, INT32_MIN, INT32_MAX, INTEGER_MEAN)
        REDUCE_TYPE(VENULE_INT64, int64_t, uint64_t, INT64_MIN, INT64_MAX, INTEGER_MEAN)
        REDUCE_TYPE(VENULE_UINT8, uint8_t, uint64_t, 0, UINT8_MAX, INTEGER_MEAN)
        REDUCE_TYPE(VENULE_INT8, int8_t, uint64_t, INT8_MIN, INT8_MAX, INTEGER_MEAN)
        REDUCE_TYPE(VENULE_BOOL, uint8_t, uint64_t, 0, 1, 0)
    }
}
#undef REDUCE_RUNS
#undef REDUCE_TYPE
#undef INTEGER_MEAN

static void run_plain_reduction(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_reduction *p = step->parameters;
    const uint64_t each = reductions_per_item(loop_positions(&p->axes.reduced)), kept = loop_positions(&p->axes.kept);
    const uint64_t first = firstItem * each, end = endItem * each < kept ? endItem * each : kept;
    const venule_view *const views[] = {&p->axes.keptView};
    plain_walk walk;
    begin_walk(&walk, &p->axes.kept, views, 1, first, end);
    uint64_t at = first;
    for (; walk.run; next_run(&walk))
        for (int64_t i = 0; i < (int64_t)walk.run; i++)
            reduce_at(step, at++, walk.offsets[0] + i * p->axes.keptView.strides[LAST_AXIS]);
}
