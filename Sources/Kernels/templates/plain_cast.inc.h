// Conversions between element types.

/// Rounds towards zero, then takes the nearest number from `low` through `high`; 0 for NaN. The bounds are powers of
/// two or small numbers and so exact as doubles, except for the largest int64; the doubles below that are all numbers
/// of int64.
INLINE int64_t truncated(float x, int64_t low, int64_t high) {
    if (x != x) return 0;
    const double value = (double)x;
    if (value <= (double)low) return low;
    if (value >= (double)high) return high;
    return (int64_t)value;
}

#define CAST_FLOAT(code, type, low, high)                                                                              \
    case code:                                                                                                         \
        for (uint64_t i = first; i < end; i++) ((type *)out)[i] = (type)truncated(in[i], low, high);                   \
        break;

static void cast_floats(const float *in, void *out, uint32_t element, uint64_t first, uint64_t end) {
    switch (element) {
        CAST_FLOAT(VENULE_INT32, int32_t, INT32_MIN, INT32_MAX)
        CAST_FLOAT(VENULE_INT64, int64_t, INT64_MIN, INT64_MAX)
        CAST_FLOAT(VENULE_UINT8, uint8_t, 0, UINT8_MAX)
        CAST_FLOAT(VENULE_INT8, int8_t, INT8_MIN, INT8_MAX)
    case VENULE_BOOL:
        for (uint64_t i = first; i < end; i++) ((uint8_t *)out)[i] = in[i] != 0.0f;
        break;
    default:
        for (uint64_t i = first; i < end; i++) ((float *)out)[i] = in[i];
    }
}
#undef CAST_FLOAT

#define CAST_INTEGER(code, type, source, expression)                                                                   \
    case code:                                                                                                         \
        for (uint64_t i = first; i < end; i++) {                                                                       \
            const source x = ((const source *)in)[i];                                                                  \
            ((type *)out)[i] = (type)(expression);                                                                     \
        }                                                                                                              \
        break;

#define CAST_FROM(code, source)                                                                                        \
    case code:                                                                                                         \
        switch (element) {                                                                                             \
            CAST_INTEGER(VENULE_FLOAT32, float, source, x)                                                             \
            CAST_INTEGER(VENULE_INT32, int32_t, source, x)                                                             \
            CAST_INTEGER(VENULE_INT64, int64_t, source, x)                                                             \
            CAST_INTEGER(VENULE_UINT8, uint8_t, source, x)                                                             \
            CAST_INTEGER(VENULE_INT8, int8_t, source, x)                                                               \
            CAST_INTEGER(VENULE_BOOL, uint8_t, source, x != 0)                                                         \
        }                                                                                                              \
        break;

static uint32_t count_plain_cast(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_cast(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const uint32_t element = step->results[0].layout.element;
    const void *in = plain_source(step, 0);
    void *out = plain_result(step);
    switch (plain_element(step, 0)) {
    case VENULE_FLOAT32:
        cast_floats(in, out, element, first, end);
        break;
        CAST_FROM(VENULE_INT32, int32_t)
        CAST_FROM(VENULE_INT64, int64_t)
        CAST_FROM(VENULE_UINT8, uint8_t)
        CAST_FROM(VENULE_INT8, int8_t)
        CAST_FROM(VENULE_BOOL, uint8_t)
    }
}
#undef CAST_INTEGER
#undef CAST_FROM
