// Mean, sum, maximum, minimum and product over some axes. Floats are added and multiplied in double precision, integers
// in 64 bits, in order.

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
#define REDUCE_RUNS(load, statement)                                                                                   \
    for (; walk->run; next_run(walk)) {                                                                                \
        const int64_t first = keptOffset + walk->offsets[0];                                                           \
        for (int64_t i = 0; i < (int64_t)walk->run; i++) {                                                             \
            const __typeof__(extreme) x = load;                                                                        \
            statement;                                                                                                 \
        }                                                                                                              \
    }

#define REDUCE_KINDS(load, wide, factor)                                                                               \
    switch (kind) {                                                                                                    \
    case 2: REDUCE_RUNS(load, extreme = extreme > x ? extreme : x) break;                                              \
    case 3: REDUCE_RUNS(load, extreme = extreme < x ? extreme : x) break;                                              \
    case 4: REDUCE_RUNS(load, sum *= factor) break;                                                                    \
    default: REDUCE_RUNS(load, sum += (wide)x)                                                                         \
    }

static float reduce_floats(uint32_t kind, const float *in, plain_walk *walk, int64_t keptOffset, uint64_t positions) {
    const int64_t stride = walk->views[0]->strides[LAST_AXIS];
    double sum = kind == 4;
    float extreme = kind == 2 ? -__builtin_inff() : __builtin_inff();
    REDUCE_KINDS(in[first + i * stride], double, (double)x)
    return kind == 2 || kind == 3 ? extreme : (float)(kind ? sum : sum / (double)positions);
}

static int64_t reduce_integers(
    uint32_t element, uint32_t kind, const void *in, plain_walk *walk, int64_t keptOffset, uint64_t positions) {
    const int64_t stride = walk->views[0]->strides[LAST_AXIS];
    uint64_t sum = kind == 4;
    int64_t extreme = kind == 2 ? lowest_integer(element) : highest_integer(element);
    REDUCE_KINDS(ordered_integer(element, in, first + i * stride), uint64_t, (uint64_t)x ^ order_bias(element))
    if (kind == 4) return (int64_t)sum;
    if (kind >= 2) return (int64_t)((uint64_t)extreme ^ order_bias(element));
    // The bias has been added once for each element.
    sum += positions * order_bias(element);
    if (kind == 1) return (int64_t)sum;
    if (element == VENULE_UINT64) return (int64_t)(positions ? sum / positions : 0);
    return wrapped_quotient((int64_t)sum, (int64_t)positions);
}
#undef REDUCE_RUNS
#undef REDUCE_KINDS

static void reduce_at(const venule_step *step, uint64_t at, int64_t keptOffset) {
    const venule_plain_reduction *p = step->parameters;
    const uint32_t element = plain_element(step, 0);
    const void *source = plain_source(step, 0);
    const uint64_t positions = loop_positions(&p->axes.reduced);
    const venule_view *const views[] = {&p->axes.reducedView};
    plain_walk walk;
    begin_walk(&walk, &p->axes.reduced, views, 1, 0, positions);
    if (element == VENULE_FLOAT32)
        ((float *)plain_result(step))[at] = reduce_floats(p->kind, source, &walk, keptOffset, positions);
    else
        store_integer(element, plain_result(step), (int64_t)at,
            reduce_integers(element, p->kind, source, &walk, keptOffset, positions));
}

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
