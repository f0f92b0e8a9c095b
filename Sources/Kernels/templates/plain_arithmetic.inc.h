// Arithmetic of two tensors, broadcast along loops. Integers wrap around: sums and products are computed without a
// sign.

/// Computes with unsigned numbers of 64 bits, of which the result's type takes the low bits.
INLINE uint64_t wrapped_natural_power(uint64_t base, uint64_t exponent) {
    uint64_t result = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) result *= base;
        base *= base;
    }
    return result;
}

INLINE int64_t wrapped_power(int64_t base, int64_t exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    return (int64_t)wrapped_natural_power((uint64_t)base, (uint64_t)exponent);
}

/// Towards zero; 0 where the divisor is 0.
INLINE int64_t wrapped_quotient(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return (int64_t)(0 - (uint64_t)a);
    return a / b;
}

/// With the divisor's sign; 0 where the divisor is 0.
INLINE int64_t floored_remainder(int64_t a, int64_t b) {
    if (b == 0 || b == -1) return 0;
    const int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// Without a sign; 0 where the divisor is 0.
INLINE int64_t natural_remainder(int64_t a, int64_t b) { return b ? (int64_t)((uint64_t)a % (uint64_t)b) : 0; }

/// The kinds that are rare. A function that is called for each element keeps the code small.
static __attribute__((noinline)) int64_t combine_rare_integers(uint32_t element, uint32_t kind, int64_t a, int64_t b) {
    const int hasSign = element != VENULE_UINT64, isShift = b >= 0 && b < 8 * (int64_t)element_size(element);
    switch (kind) {
    case 8: return hasSign ? floored_remainder(a, b) : natural_remainder(a, b);
    case 9: return !hasSign ? natural_remainder(a, b) : b == 0 || b == -1 ? 0 : a % b;
    case 10: return a & b;
    case 11: return a | b;
    case 12: return a ^ b;
    case 13: return isShift ? (int64_t)((uint64_t)a << b) : 0;
    default: return !isShift ? 0 : hasSign ? a >> b : (int64_t)((uint64_t)a >> b);
    }
}

/// What differs for numbers without a sign that are too large for 64 bits with one.
INLINE int64_t combine_unsigned(uint32_t kind, int64_t a, int64_t b) {
    const uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (kind) {
    case 3: return (int64_t)(y ? x / y : 0);
    case 4: return (int64_t)wrapped_natural_power(x, y);
    case 5: return x < y ? a : b;
    case 6: return x > y ? a : b;
    default: return a;
    }
}

INLINE int64_t combine_integers(uint32_t element, uint32_t kind, int64_t a, int64_t b) {
    if (kind >= 8) return combine_rare_integers(element, kind, a, b);
    if (element == VENULE_UINT64 && kind >= 3) return combine_unsigned(kind, a, b);
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
    case 7: return a < 0.0f ? b * a : a;
    case 8: return venule_modulo(a, b);
    default: return venule_remainder(a, b);
    }
}

/// The kind is a constant for the compiler, so that the inner loop makes no choice.
#define COMBINE_FLOATS(kind)                                                                                           \
    case kind:                                                                                                         \
        for (; walk->run; next_run(walk)) {                                                                            \
            const float *a = (const float *)plain_source(step, 0) + walk->offsets[0];                                  \
            const float *b = (const float *)plain_source(step, 1) + walk->offsets[1];                                  \
            for (int64_t i = 0; i < (int64_t)walk->run; i++) out[i] = combine_floats(kind, a[i * left], b[i * right]); \
            out += walk->run;                                                                                          \
        }                                                                                                              \
        break;

static void combine_float_runs(const venule_step *step, plain_walk *walk, float *out) {
    const venule_plain_arithmetic *p = step->parameters;
    const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];
    switch (p->kind) {
        COMBINE_FLOATS(0)
        COMBINE_FLOATS(1)
        COMBINE_FLOATS(2)
        COMBINE_FLOATS(3)
        COMBINE_FLOATS(4)
        COMBINE_FLOATS(5)
        COMBINE_FLOATS(6)
        COMBINE_FLOATS(7)
        COMBINE_FLOATS(8)
        COMBINE_FLOATS(9)
    }
}
#undef COMBINE_FLOATS

static void combine_integer_runs(const venule_step *step, plain_walk *walk, int64_t at) {
    const venule_plain_arithmetic *p = step->parameters;
    const uint32_t element = step->results[0].layout.element, kind = p->kind;
    const int64_t left = p->left.strides[LAST_AXIS], right = p->right.strides[LAST_AXIS];
    const void *a = plain_source(step, 0), *b = plain_source(step, 1);
    for (; walk->run; next_run(walk)) {
        for (int64_t i = 0; i < (int64_t)walk->run; i++) {
            const int64_t x = load_integer(element, a, walk->offsets[0] + i * left);
            const int64_t y = load_integer(element, b, walk->offsets[1] + i * right);
            store_integer(element, plain_result(step), at + i, combine_integers(element, kind, x, y));
        }
        at += (int64_t)walk->run;
    }
}

static uint32_t count_plain_arithmetic(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_arithmetic(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_arithmetic *p = step->parameters;
    const venule_layout *layout = &step->results[0].layout;
    const uint64_t first = chunk_start(firstItem), end = chunk_end(endItem - 1, layout->elementCount);
    const venule_view *const views[] = {&p->left, &p->right};
    plain_walk walk;
    begin_walk(&walk, &p->loop, views, 2, first, end);
    if (layout->element != VENULE_FLOAT32) {
        combine_integer_runs(step, &walk, (int64_t)first);
        return;
    }
    float *out = (float *)plain_result(step) + first;
    combine_float_runs(step, &walk, out);
    activate_floats(&p->activation, out, end - first);
}
