// Arithmetic of two tensors, broadcast along loops. Integers wrap around: sums and products are computed without a
// sign.

/// Computes with unsigned numbers of 64 bits, of which the result's type takes the low bits.
INLINE int64_t wrapped_power(int64_t base, int64_t exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    uint64_t result = 1, factor = (uint64_t)base;
    for (uint64_t rest = (uint64_t)exponent; rest; rest >>= 1) {
        if (rest & 1) result *= factor;
        factor *= factor;
    }
    return (int64_t)result;
}

/// Towards zero; 0 where the divisor is 0.
INLINE int64_t wrapped_quotient(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return (int64_t)(0 - (uint64_t)a);
    return a / b;
}

INLINE int64_t combine_integers(uint32_t kind, int64_t a, int64_t b) {
    switch (kind) {
    case 0: return (int64_t)((uint64_t)a + (uint64_t)b);
    case 1: return (int64_t)((uint64_t)a - (uint64_t)b);
    case 2: return (int64_t)((uint64_t)a * (uint64_t)b);
    case 3: return wrapped_quotient(a, b);
    case 4: return wrapped_power(a, b);
    case 5: return a < b ? a : b;
    case 6: return a > b ? a : b;
    default: return a < 0 ? (int64_t)((uint64_t)a * (uint64_t)b) : a;
    }
}

INLINE float combine_floats(uint32_t kind, float a, float b) {
    switch (kind) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    case 3: return a / b;
    case 4: return power(a, b);
    case 5: return a < b ? a : b;
    case 6: return a > b ? a : b;
    default: return a < 0.0f ? b * a : a;
    }
}

#define COMBINE_RUNS(type, function, kind)                                                                             \
    for (; walk.run; next_run(&walk)) {                                                                                \
        const type *a = (const type *)plain_source(step, 0) + walk.offsets[0];                                         \
        const type *b = (const type *)plain_source(step, 1) + walk.offsets[1];                                         \
        const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];                          \
        for (int64_t i = 0; i < (int64_t)walk.run; i++) out[i] = (type)function(kind, a[i * left], b[i * right]);      \
        out += walk.run;                                                                                               \
    }

// clang-format off
/// The kind is a constant for the compiler, so that the inner loop makes no choice.
#define COMBINE_KIND(code, type, function)                                                                             \
    case code: COMBINE_RUNS(type, function, code) break;

#define COMBINE_TYPE(code, type, function)                                                                             \
    case code: {                                                                                                       \
        type *out = (type *)plain_result(step) + first;                                                                \
        switch (p->kind) {                                                                                             \
            COMBINE_KIND(0, type, function)                                                                            \
            COMBINE_KIND(1, type, function)                                                                            \
            COMBINE_KIND(2, type, function)                                                                            \
            COMBINE_KIND(3, type, function)                                                                            \
            COMBINE_KIND(4, type, function)                                                                            \
            COMBINE_KIND(5, type, function)                                                                            \
            COMBINE_KIND(6, type, function)                                                                            \
            COMBINE_KIND(7, type, function)                                                                            \
        }                                                                                                              \
        break;                                                                                                         \
    }
// clang-format on

static uint32_t count_plain_arithmetic(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_arithmetic(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_arithmetic *p = step->parameters;
    const venule_layout *layout = &step->results[0].layout;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, layout->elementCount);
    const venule_view *const views[] = {&p->left, &p->right};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    switch (layout->element) {
        COMBINE_TYPE(VENULE_FLOAT32, float, combine_floats)
        COMBINE_TYPE(VENULE_INT32, int32_t, combine_integers)
        COMBINE_TYPE(VENULE_INT64, int64_t, combine_integers)
        COMBINE_TYPE(VENULE_UINT8, uint8_t, combine_integers)
        COMBINE_TYPE(VENULE_INT8, int8_t, combine_integers)
    }
    if (layout->element == VENULE_FLOAT32)
        activate_floats(&p->activation, (float *)plain_result(step) + first, end - first);
}
#undef COMBINE_RUNS
#undef COMBINE_KIND
#undef COMBINE_TYPE
