// (x − mean) / √(variance + epsilon) over some axes; sums in double precision and in order.

static uint32_t count_plain_normalization(const venule_step *step) {
    const venule_plain_normalization *p = step->parameters;
    return step->results[0].layout.elementCount ? (uint32_t)loop_positions(&p->axes.kept) : 0;
}

#define EACH_REDUCED(statement)                                                                                        \
    begin_walk(&walk, &p->axes.reduced, views, 1, 0, positions);                                                       \
    for (; walk.run; next_run(&walk))                                                                                  \
        for (int64_t i = 0; i < (int64_t)walk.run; i++) {                                                              \
            const int64_t at = start + walk.offsets[0] + i * stride;                                                   \
            statement;                                                                                                 \
        }

static void normalize_at(const venule_step *step, int64_t start) {
    const venule_plain_normalization *p = step->parameters;
    const float *in = plain_source(step, 0);
    float *out = plain_result(step);
    const uint64_t positions = loop_positions(&p->axes.reduced);
    const venule_view *const views[] = {&p->axes.reducedView};
    const int64_t stride = p->axes.reducedView.strides[LAST_AXIS];
    plain_walk walk;
    double sum = 0.0, squares = 0.0;
    EACH_REDUCED(sum += (double)in[at])
    const double mean = sum / (double)positions;
    EACH_REDUCED(const double d = (double)in[at] - mean; squares += d * d)
    const double deviation = __builtin_sqrt(squares / (double)positions + (double)p->epsilon);
    EACH_REDUCED(out[at] = (float)(((double)in[at] - mean) / deviation))
}
#undef EACH_REDUCED

/// An item is a position of the kept axes.
static void run_plain_normalization(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_normalization *p = step->parameters;
    const venule_view *const views[] = {&p->axes.keptView};
    plain_walk walk;
    begin_walk(&walk, &p->axes.kept, views, 1, firstItem, endItem);
    for (; walk.run; next_run(&walk))
        for (int64_t i = 0; i < (int64_t)walk.run; i++)
            normalize_at(step, walk.offsets[0] + i * p->axes.keptView.strides[LAST_AXIS]);
}
