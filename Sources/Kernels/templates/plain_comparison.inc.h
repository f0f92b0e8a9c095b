// Comparisons of two tensors of one type, broadcast along loops. With NaN, every comparison is false.

#define COMPARE_FLOATS(code, operator)                                                                                 \
    case code:                                                                                                         \
        for (; walk->run; next_run(walk)) {                                                                            \
            const float *a = (const float *)plain_source(step, 0) + walk->offsets[0];                                  \
            const float *b = (const float *)plain_source(step, 1) + walk->offsets[1];                                  \
            for (int64_t i = 0; i < (int64_t)walk->run; i++) out[i] = a[i * left] operator b[i * right];               \
            out += walk->run;                                                                                          \
        }                                                                                                              \
        break;

static void compare_floats(const venule_step *step, plain_walk *walk, uint8_t *out) {
    const venule_plain_relation *p = step->parameters;
    const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];
    switch (p->kind) {
        COMPARE_FLOATS(0, ==)
        COMPARE_FLOATS(1, <)
        COMPARE_FLOATS(2, <=)
        COMPARE_FLOATS(3, >)
        COMPARE_FLOATS(4, >=)
    }
}
#undef COMPARE_FLOATS

static void compare_integers(const venule_step *step, plain_walk *walk, uint8_t *out) {
    const venule_plain_relation *p = step->parameters;
    const uint32_t element = plain_element(step, 0), kind = p->kind;
    const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];
    const void *a = plain_source(step, 0), *b = plain_source(step, 1);
    for (; walk->run; next_run(walk)) {
        for (int64_t i = 0; i < (int64_t)walk->run; i++) {
            const int64_t x = ordered_integer(element, a, walk->offsets[0] + i * left);
            const int64_t y = ordered_integer(element, b, walk->offsets[1] + i * right);
            // In the order of the kinds: equal, less, less or equal, greater, greater or equal.
            const int holds[] = {x == y, x<y, x <= y, x> y, x >= y};
            out[i] = (uint8_t)holds[kind];
        }
        out += walk->run;
    }
}

static uint32_t count_plain_comparison(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_comparison(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_relation *p = step->parameters;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const venule_view *const views[] = {&p->left, &p->right};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    uint8_t *out = (uint8_t *)plain_result(step) + first;
    if (plain_element(step, 0) == VENULE_FLOAT32) compare_floats(step, &walk, out);
    else compare_integers(step, &walk, out);
}
