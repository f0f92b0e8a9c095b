// In double, with additions, products, quotients and square roots that are each rounded by themselves and never fused,
// and in integers. So the bits are the same on every processor, also without fused multiply-add, and one copy of the
// code serves all instruction sets. The coefficients are Chebyshev interpolants (near-minimax) of the functions named
// beside them, within 2⁻⁴⁰ of their values, so that a float is wrong by 0.501 units in the last place at most.
#include "functions.h"

#define COUNT(coefficients) (sizeof(coefficients) / sizeof((coefficients)[0]))
#define POLYNOMIAL(coefficients, x) polynomial(coefficients, COUNT(coefficients), x)

/// The coefficient of the highest power comes first.
static double polynomial(const double *coefficients, uint32_t count, double x) {
    double sum = coefficients[0];
    for (uint32_t i = 1; i < count; i++) sum = sum * x + coefficients[i];
    return sum;
}

static uint32_t bits_of(float x) {
    union {
        float value;
        uint32_t bits;
    } number = {x};
    return number.bits;
}

/// 2ⁿ for −1022 ≤ n ≤ 1023.
static double power_of_two(int64_t n) {
    union {
        int64_t bits;
        double value;
    } number = {(n + 1023) << 52};
    return number.value;
}

static double root(double x) { return __builtin_sqrt(x); }

static float with_sign_of(float sign, float size) { return __builtin_signbit(sign) ? -size : size; }

// MARK: Angles

/// The bits of 2/π from the weight 2³¹ on.
static const uint32_t twoOverPi[] = {
    0, 0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB};

/// A finite size ≥ 0 less the nearest multiple of π/2, of which the quadrant is the number modulo 4 (Payne and Hanek 1983,
/// "Radian reduction for trigonometric functions"). The difference is right to 2⁻⁶¹; no float but 0 is closer than 2⁻³⁰ to
/// such a multiple.
static double reduced_angle(float size, uint32_t *quadrant) {
    *quadrant = 0;
    if (size < 0.785398f) return (double)size;
    // The size is `significand` · 2ⁿ. Of 2ⁿ · 2/π the bits of weight 4 and more make whole turns only, and 96 bits below
    // are enough. Their first has the weight 2^(1 − n) in 2/π, and n + 150 is the exponent in the float's bits.
    const uint64_t significand = (bits_of(size) & 0x7FFFFF) | 0x800000;
    const uint32_t first = (bits_of(size) >> 23) - 120, shift = first % 32;
    const uint32_t *words = twoOverPi + first / 32;
    uint64_t parts[3];
    for (int i = 0; i < 3; i++) {
        const uint64_t pair = (uint64_t)words[i] << 32 | words[i + 1];
        parts[i] = significand * (uint32_t)(pair << shift >> 32);
    }
    // Quarters of a turn, with 62 bits behind the point.
    uint64_t quarters = (parts[0] << 32) + parts[1] + (parts[2] >> 32);
    *quadrant = (uint32_t)((quarters + (1ull << 61)) >> 62);
    quarters -= (uint64_t)*quadrant << 62;
    return (double)(int64_t)quarters * (1.5707963267948966 * 0x1p-62);
}

/// sin(r) for |r| ≤ π/4.
static double sine(double r) {
    // sin(√z) / √z
    static const double coefficients[] = {-2.475652937959251e-08, 2.7555271485395277e-06, -0.00019841263296432765,
        0.008333333323874375, -0.1666666666661666, 0.9999999999999957};
    return r * POLYNOMIAL(coefficients, r * r);
}

/// cos(r) for |r| ≤ π/4.
static double cosine(double r) {
    // cos(√z)
    static const double coefficients[] = {-2.717339169572195e-07, 2.4798928225823623e-05, -0.00138888803912356,
        0.0416666665438622, -0.4999999999935079, 0.9999999999999444};
    return POLYNOMIAL(coefficients, r * r);
}

/// sin, cos or tan of a size ≥ 0.
static double of_angle(uint32_t function, float size) {
    if (size == __builtin_inff()) return __builtin_nan("");
    uint32_t quadrant;
    const double r = reduced_angle(size, &quadrant), s = sine(r), c = cosine(r);
    if (function == FUNCTION_TAN) return quadrant & 1 ? -c / s : s / c;
    // cos(x) = sin(x + π/2)
    if (function == FUNCTION_COS) quadrant++;
    const double value = quadrant & 1 ? c : s;
    return quadrant & 2 ? -value : value;
}

/// atan(x) for x ≥ 0, by halving the angle twice: tan(α/2) = tan α / (1 + √(1 + tan² α)).
static double arc_tangent(double x) {
    // atan(√z) / √z for z ≤ tan²(π/8)
    static const double coefficients[] = {-0.03765510601291402, 0.06974197686595265, -0.08992552906150912,
        0.11103456908947464, -0.14285386553752139, 0.19999993053555815, -0.33333333276922494, 0.9999999999992447};
    // Beyond, the square would overflow and the angle is π/2 in double.
    if (x > 1e100) x = 1e100;
    for (int i = 0; i < 2; i++) x = x / (1.0 + root(1.0 + x * x));
    return 4.0 * x * POLYNOMIAL(coefficients, x * x);
}

/// acos(x) for x ≥ 0.
static double arc_cosine(double x) { return 2.0 * arc_tangent(root((1.0 - x) / (1.0 + x))); }

// MARK: Hyperbola

/// eᵗ for |t| ≤ 700.
static double exponential(double t) {
    // eʳ for |r| ≤ ln 2 / 2
    static const double coefficients[] = {2.763265575933203e-06, 2.488447635159146e-05, 0.0001984119061583585,
        0.0013888801714761622, 0.008333333367332009, 0.041666667040776456, 0.16666666666615607, 0.4999999999943814,
        1.0000000000000013, 1.0000000000000135};
    // Adding 1.5 · 2⁵² rounds to an integer. ln 2 is split so that the product with its first part is exact.
    const double n = (t * 1.44269504088896341 + 6755399441055744.0) - 6755399441055744.0;
    const double r = (t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    return POLYNOMIAL(coefficients, r) * power_of_two((int64_t)n);
}

/// artanh(s) for |s| ≤ 1/3.
static double area_tangent_series(double s) {
    // artanh(√z) / √z
    static const double coefficients[] = {0.10034077847425321, 0.07035379662321815, 0.0915502181938133,
        0.11107700090055997, 0.14285812013750593, 0.19999998632121246, 0.3333333334059967, 0.9999999999999368};
    return s * POLYNOMIAL(coefficients, s * s);
}

/// log x of a finite, normal x > 0.
static double logarithm(double x) {
    union {
        double value;
        int64_t bits;
    } split = {x};
    // Mantissa in [√½, √2).
    const int64_t shifted = split.bits - 0x3FE6A09E667F3BCD;
    split.bits = (shifted & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD;
    const double s = (split.value - 1.0) / (split.value + 1.0);
    return (double)(shifted >> 52) * 0.693147180559945309 + 2.0 * area_tangent_series(s);
}

/// artanh(x) for x ≥ 0.
static double area_tangent(double x) {
    if (x <= 1.0 / 3.0) return area_tangent_series(x);
    if (x < 1.0) return 0.5 * logarithm((1.0 + x) / (1.0 - x));
    return x == 1.0 ? __builtin_inf() : __builtin_nan("");
}

/// arsinh(x) for x ≥ 0.
static double area_sine(double x) {
    if (x > 1e100) return x;
    return x < 1.0 ? area_tangent(x / root(1.0 + x * x)) : logarithm(x + root(x * x + 1.0));
}

/// arcosh(x).
static double area_cosine(double x) {
    if (x < 1.0) return __builtin_nan("");
    if (x > 1e100) return x;
    // ln(x + √(x² − 1)) would lose the digits of x − 1.
    return x < 2.0 ? 2.0 * area_tangent(root((x - 1.0) / (x + 1.0))) : logarithm(x + root(x * x - 1.0));
}

static double hyperbolic_sine(double x) {
    // The difference of the exponentials would lose the digits of a small x.
    const double z = x * x;
    if (x < 0.0625) return x * (1.0 + z * (1.0 / 6.0 + z * (1.0 / 120.0)));
    const double e = exponential(x);
    return 0.5 * (e - 1.0 / e);
}

float venule_function(uint32_t function, float x) {
    if (x != x) return x;
    const float size = with_sign_of(x, x);
    // An exponential of more is infinite as a float.
    const double wide = (double)size, bounded = size > 128.0f ? 128.0 : wide;
    double value;
    switch (function) {
    case FUNCTION_COS: return (float)of_angle(function, size);
    case FUNCTION_ACOS: return (float)(x < 0.0f ? 3.141592653589793 - arc_cosine(wide) : arc_cosine(wide));
    case FUNCTION_COSH: return (float)(0.5 * (exponential(bounded) + 1.0 / exponential(bounded)));
    case FUNCTION_ACOSH: return (float)area_cosine((double)x);
    case FUNCTION_SIN:
    case FUNCTION_TAN: value = of_angle(function, size); break;
    // sin α / (1 + cos α) is the tangent of half the angle.
    case FUNCTION_ASIN: value = 2.0 * arc_tangent(wide / (1.0 + root(1.0 - wide * wide))); break;
    case FUNCTION_ATAN: value = arc_tangent(wide); break;
    case FUNCTION_SINH: value = hyperbolic_sine(bounded); break;
    case FUNCTION_ASINH: value = area_sine(wide); break;
    default: value = area_tangent(wide);
    }
    return with_sign_of(x, (float)value);
}

// MARK: Remainders

/// A finite, positive x is the result · 2^exponent.
static uint64_t split_float(float x, int32_t *exponent) {
    const uint32_t bits = bits_of(x), field = bits >> 23 & 0xFF;
    *exponent = (int32_t)(field ? field : 1) - 150;
    return (bits & 0x7FFFFF) | (field ? 0x800000 : 0);
}

float venule_remainder(float a, float b) {
    const float dividend = with_sign_of(a, a), divisor = with_sign_of(b, b), infinity = __builtin_inff();
    if (!(dividend < infinity) || !(divisor > 0.0f)) return __builtin_nanf("");
    if (dividend < divisor) return a;
    int32_t high, low;
    uint64_t rest = split_float(dividend, &high);
    const uint64_t step = split_float(divisor, &low);
    rest %= step;
    // As long division does, 40 bits at a time: what is left of the divisor's 24 bits has room for as many.
    for (int32_t left = high - low; left > 0; left -= 40) rest = (rest << (left < 40 ? left : 40)) % step;
    return with_sign_of(a, (float)((double)rest * power_of_two(low)));
}

float venule_modulo(float a, float b) {
    const float rest = venule_remainder(a, b);
    if (rest == 0.0f) return with_sign_of(b, 0.0f);
    return (rest < 0.0f) != (b < 0.0f) ? rest + b : rest;
}
