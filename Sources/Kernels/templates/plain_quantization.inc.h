// Floats to 8-bit integers with a scale and a zero point, and integers back to floats.

/// Halves to even; exact for every float.
INLINE float rounded_to_even(float x) {
    const float size = x < 0.0f ? -x : x;
    if (!(size < 8388608.0f)) return x;
    const float rounded = (size + 8388608.0f) - 8388608.0f;
    return x < 0.0f ? -rounded : rounded;
}

static uint32_t count_plain_quantization(const venule_step *step) { return count_result_chunks(step); }
static uint32_t count_plain_dequantization(const venule_step *step) { return count_result_chunks(step); }

#define QUANTIZE_RUNS(code, type, low, high)                                                                           \
    case code: {                                                                                                       \
        type *out = (type *)plain_result(step) + first;                                                                \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const float *scale = (const float *)plain_source(step, 1) + walk.offsets[0];                               \
            const type *zero = zeroPoint ? (const type *)zeroPoint + walk.offsets[1] : NULL;                           \
            const int64_t step1 = p->scale.strides[LAST_AXIS], step2 = p->zeroPoint.strides[LAST_AXIS];                \
            for (int64_t i = 0; i < (int64_t)walk.run; i++) {                                                          \
                /* NaN stands for 0. */                                                                                \
                const float quotient = rounded_to_even(in[i] / scale[i * step1]);                                      \
                const double shifted = (quotient == quotient ? (double)quotient : 0.0) + (zero ? zero[i * step2] : 0); \
                out[i] = (type)(shifted < low ? low : shifted > high ? high : shifted);                                \
            }                                                                                                          \
            in += walk.run;                                                                                            \
            out += walk.run;                                                                                           \
        }                                                                                                              \
        break;                                                                                                         \
    }

static void run_plain_quantization(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_quantization *p = step->parameters;
    const venule_layout *layout = &step->results[0].layout;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, layout->elementCount);
    const venule_view *const views[] = {&p->scale, &p->zeroPoint};
    const void *zeroPoint = step->sourceCount == 3 ? plain_source(step, 2) : NULL;
    const float *in = (const float *)plain_source(step, 0) + first;
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    switch (layout->element) {
        QUANTIZE_RUNS(VENULE_UINT8, uint8_t, 0, UINT8_MAX)
        QUANTIZE_RUNS(VENULE_INT8, int8_t, INT8_MIN, INT8_MAX)
        QUANTIZE_RUNS(VENULE_UINT16, uint16_t, 0, UINT16_MAX)
        QUANTIZE_RUNS(VENULE_INT16, int16_t, INT16_MIN, INT16_MAX)
    }
}
#undef QUANTIZE_RUNS

#define DEQUANTIZE_RUNS(code, type)                                                                                    \
    case code: {                                                                                                       \
        const type *in = (const type *)plain_source(step, 0) + first;                                                  \
        for (; walk.run; next_run(&walk)) {                                                                            \
            const float *scale = (const float *)plain_source(step, 1) + walk.offsets[0];                               \
            const type *zero = zeroPoint ? (const type *)zeroPoint + walk.offsets[1] : NULL;                           \
            const int64_t step1 = p->scale.strides[LAST_AXIS], step2 = p->zeroPoint.strides[LAST_AXIS];                \
            for (int64_t i = 0; i < (int64_t)walk.run; i++)                                                            \
                out[i] = (float)((int64_t)in[i] - (zero ? zero[i * step2] : 0)) * scale[i * step1];                    \
            in += walk.run;                                                                                            \
            out += walk.run;                                                                                           \
        }                                                                                                              \
        break;                                                                                                         \
    }

static void run_plain_dequantization(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_quantization *p = step->parameters;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const venule_view *const views[] = {&p->scale, &p->zeroPoint};
    const void *zeroPoint = step->sourceCount == 3 ? plain_source(step, 2) : NULL;
    float *out = (float *)plain_result(step) + first;
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    switch (plain_element(step, 0)) {
        DEQUANTIZE_RUNS(VENULE_INT32, int32_t)
        DEQUANTIZE_RUNS(VENULE_UINT8, uint8_t)
        DEQUANTIZE_RUNS(VENULE_INT8, int8_t)
        DEQUANTIZE_RUNS(VENULE_UINT16, uint16_t)
        DEQUANTIZE_RUNS(VENULE_INT16, int16_t)
    }
}
#undef DEQUANTIZE_RUNS
