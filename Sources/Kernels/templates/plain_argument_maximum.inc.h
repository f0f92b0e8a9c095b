// The position of the largest entry along the middle of [outer, axis, inner]. NaN is never larger.

static uint32_t count_plain_argument_maximum(const venule_step *step) { return count_result_chunks(step); }

#define FIND_LARGEST(type, load)                                                                                       \
    {                                                                                                                  \
        int64_t i = 0;                                                                                                 \
        type largest = load;                                                                                           \
        for (i = 1; i < p->line.axis; i++) {                                                                           \
            const type x = load;                                                                                       \
            if (x > largest || (p->selectsLast && x == largest)) {                                                     \
                largest = x;                                                                                           \
                position = i;                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }

static void run_plain_argument_maximum(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_argument_maximum *p = step->parameters;
    const uint32_t element = plain_element(step, 0);
    const void *in = plain_source(step, 0);
    const uint64_t end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    for (uint64_t line = chunk_start(firstItem); line < end; line++) {
        const int64_t start = (int64_t)line_start(&p->line, line, p->line.axis);
        int64_t position = 0;
        if (p->line.axis > 0 && element == VENULE_FLOAT32)
            FIND_LARGEST(float, ((const float *)in)[start + i * p->line.inner])
        else if (p->line.axis > 0) FIND_LARGEST(int64_t, ordered_integer(element, in, start + i * p->line.inner))
        ((int64_t *)plain_result(step))[line] = position;
    }
}
#undef FIND_LARGEST
