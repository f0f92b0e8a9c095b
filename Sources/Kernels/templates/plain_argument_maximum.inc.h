// The position of the largest entry along the middle of [outer, axis, inner]. NaN is never larger.

static uint32_t count_plain_argument_maximum(const venule_step *step) { return count_result_chunks(step); }

#define FIND_LARGEST(code, type)                                                                                       \
    case code: {                                                                                                       \
        const type *in = (const type *)plain_source(step, 0) + start;                                                  \
        type largest = in[0];                                                                                          \
        for (int64_t i = 1; i < p->axis; i++) {                                                                        \
            const type x = in[i * p->inner];                                                                           \
            if (x > largest || (p->flag && x == largest)) {                                                            \
                largest = x;                                                                                           \
                position = i;                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
        break;                                                                                                         \
    }

static void run_plain_argument_maximum(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_line *p = step->parameters;
    const uint64_t end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    for (uint64_t line = chunk_start(firstItem); line < end; line++) {
        const uint64_t outer = line / (uint64_t)p->inner, inner = line % (uint64_t)p->inner;
        const uint64_t start = outer * (uint64_t)p->axis * (uint64_t)p->inner + inner;
        int64_t position = 0;
        if (p->axis > 0) switch (plain_element(step, 0)) {
                FIND_LARGEST(VENULE_FLOAT32, float)
                FIND_LARGEST(VENULE_INT32, int32_t)
                FIND_LARGEST(VENULE_INT64, int64_t)
                FIND_LARGEST(VENULE_UINT8, uint8_t)
                FIND_LARGEST(VENULE_INT8, int8_t)
                FIND_LARGEST(VENULE_BOOL, uint8_t)
            }
        ((int64_t *)plain_result(step))[line] = position;
    }
}
#undef FIND_LARGEST
