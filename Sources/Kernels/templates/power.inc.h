// x to the power of y, lane by lane in double: log from the series of artanh, exp from its Taylor series, which are
// exact to far below a float's rounding. Special cases are those of IEEE 754's pow.

INLINE double fused_double(double a, double b, double c) {
#if KERNEL_FMA
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// log x for a finite x > 0.
static double double_log(float x) {
    union {
        double value;
        int64_t bits;
    } split = {x};
    // Mantissa in [√½, √2).
    const int64_t shifted = split.bits - 0x3FE6A09E667F3BCD;
    const int64_t exponent = shifted >> 52;
    split.bits = (shifted & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD;
    const double s = (split.value - 1.0) / (split.value + 1.0), z = s * s;
    double series = 0.0;
    for (int k = 17; k >= 1; k -= 2) series = fused_double(series, z, 1.0 / k);
    return fused_double((double)exponent, 0.693147180559945309, 2.0 * s * series);
}

/// eᵗ rounded to float.
static float float_exp(double t) {
    if (t > 89.0) return __builtin_inff();
    if (t < -104.5) return 0.0f;
    const double n = (t * 1.44269504088896341 + 6755399441055744.0) - 6755399441055744.0;
    const double r = fused_double(n, -0.693147180559945309, t);
    double series = 1.0;
    for (int k = 12; k >= 1; k--) series = fused_double(series, r / k, 1.0);
    union {
        int64_t bits;
        double value;
    } scale = {((int64_t)n + 1023) << 52};
    return (float)(series * scale.value);
}

/// 0: no integer, 1: odd, 2: even.
static int integer_kind(float y) {
    const float size = y < 0.0f ? -y : y;
    if (size >= 16777216.0f) return 2;
    if (size >= 0.0f && (float)(int32_t)size == size) return (int32_t)size & 1 ? 1 : 2;
    return 0;
}

static float power(float x, float y) {
    const float infinity = __builtin_inff();
    if (y == 0.0f || x == 1.0f) return 1.0f;
    if (x != x || y != y) return x + y;
    const int kind = integer_kind(y);
    const int negative = __builtin_signbit(x) != 0;
    const float size = negative ? -x : x;
    float result;
    if (y == infinity || y == -infinity) {
        if (size == 1.0f) return 1.0f;
        return (size > 1.0f) == (y > 0.0f) ? infinity : 0.0f;
    }
    if (size == 0.0f || size == infinity) {
        result = (size == 0.0f) == (y > 0.0f) ? 0.0f : infinity;
    } else {
        if (negative && kind == 0) return __builtin_nanf("");
        result = float_exp((double)y * double_log(size));
    }
    return negative && kind == 1 ? -result : result;
}
