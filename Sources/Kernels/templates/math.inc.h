// exp, log, tanh, sigmoid and erf on vectors. Only fused multiply-add, arithmetic, division and integer operations in
// a fixed order, so that the bits are the same on every CPU with fused multiply-add. The coefficients are Chebyshev
// interpolants (near-minimax) of the functions named beside them. KernelTests bounds the errors, in units in the last
// place: exp and log 1.5, tanh and erf 2.5, sigmoid 3 and 1e-7 absolute.

/// Adding and subtracting 1.5 · 2²³ rounds |x| < 2²² to an integer, which then lies in the low bits of the sum.
#define ROUNDING_MAGIC 12582912.0f

/// eˣ split as 2ⁿ · (1 + part), |ln of the second| ≤ ln 2 / 2.
typedef struct {
    vfloat part;
    vint exponent;
} split_exponential;

INLINE split_exponential split_exp(vfloat x) {
    vfloat shifted = fused(x, splat(1.44269504f), splat(ROUNDING_MAGIC));
    vfloat n = shifted - ROUNDING_MAGIC;
    vfloat r = fused(n, splat(-0.693359375f), x);
    r = fused(n, splat(2.12194440e-4f), r);
    // (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2
    vfloat q = fused(splat(0.00139262508315f), r, splat(0.00836323288368f));
    q = fused(q, r, splat(0.041666554213f));
    q = fused(q, r, splat(0.166665766661f));
    q = fused(q, r, splat(0.5f));
    split_exponential result;
    result.part = fused(q, r * r, r);
    result.exponent = (vint)shifted - (vint)splat(ROUNDING_MAGIC);
    return result;
}

/// 2ⁿ for −126 ≤ n ≤ 127.
INLINE vfloat power_of_two(vint n) { return (vfloat)((n + 127) << 23); }

INLINE vfloat vexp(vfloat x) {
    // Beyond the limits the result is infinite or zero anyway; NaN passes as the second operand.
    x = larger(splat(-105.0f), smaller(splat(90.0f), x));
    split_exponential e = split_exp(x);
    // In two factors, since n may be 130 or −151.
    vint half = e.exponent >> 1;
    return (e.part + 1.0f) * power_of_two(half) * power_of_two(e.exponent - half);
}

/// eˣ − 1 without cancellation, for x ≤ 88.
LONG vfloat vexpm1(vfloat x) {
    x = larger(splat(-60.0f), smaller(splat(88.0f), x));
    split_exponential e = split_exp(x);
    vfloat scale = power_of_two(e.exponent);
    return fused(scale, e.part, scale - 1.0f);
}

LONG vfloat vlog(vfloat x) {
    vint subnormal = x < splat(1.17549435e-38f);
    vfloat scaled = choose(subnormal, x * 8388608.0f, x);
    // Mantissa in [√½, √2).
    vint bits = (vint)scaled - 0x3F3504F3;
    vint exponent = (bits >> 23) - (subnormal & splat_int(23));
    vfloat f = (vfloat)((bits & 0x007FFFFF) + 0x3F3504F3) - 1.0f;
    vfloat n = __builtin_convertvector(exponent, vfloat);
    // (log(1 + f) − f + f²/2) / f³
    vfloat p = fused(splat(0.0697161147145f), f, splat(-0.114797338466f));
    p = fused(p, f, splat(0.116854199235f));
    p = fused(p, f, splat(-0.124256873315f));
    p = fused(p, f, splat(0.142490576457f));
    p = fused(p, f, splat(-0.166678023195f));
    p = fused(p, f, splat(0.200007157489f));
    p = fused(p, f, splat(-0.24999996958f));
    p = fused(p, f, splat(0.3333333118f));
    vfloat square = f * f;
    vfloat low = fused(n, splat(-2.12194440e-4f), p * square * f);
    low = fused(square, splat(-0.5f), low) + f;
    vfloat result = fused(n, splat(0.693359375f), low);
    result = choose(x == splat(__builtin_inff()), x, result);
    result = choose(x == splat(0.0f), splat(-__builtin_inff()), result);
    return choose(x >= splat(0.0f), result, splat(__builtin_nanf("")));
}

/// log(1 + u) for 0 ≤ u, with the rounding of 1 + u put right (Kahan).
LONG vfloat vlog1p(vfloat u) {
    vfloat w = u + 1.0f;
    vfloat corrected = vlog(w) * u / (w - 1.0f);
    corrected = choose(w == splat(1.0f), u, corrected);
    return choose(u == splat(__builtin_inff()), u, corrected);
}

INLINE vint sign_bits(vfloat x) { return (vint)x & splat_int(INT32_MIN); }
INLINE vfloat magnitude(vfloat x) { return (vfloat)((vint)x & 0x7FFFFFFF); }

INLINE vfloat vtanh(vfloat x) {
    vfloat size = magnitude(x);
    vfloat z = x * x;
    // (tanh(x) / x − 1) / x² on |x| < 0.625
    vfloat p = fused(splat(-0.00609671416591f), z, splat(0.0209971789991f));
    p = fused(p, z, splat(-0.0538509095785f));
    p = fused(p, z, splat(0.13332769737f));
    p = fused(p, z, splat(-0.333333289441f));
    // The sign is lost for −0 only.
    vfloat near = (vfloat)((vint)fused(p * z, x, x) | sign_bits(x));
    vfloat far = 1.0f - 2.0f / (vexp(size + size) + 1.0f);
    far = (vfloat)((vint)far | sign_bits(x));
    return choose(size < splat(0.625f), near, far);
}

INLINE vfloat vsigmoid(vfloat x) { return 1.0f / (vexp(-x) + 1.0f); }

LONG vfloat verf(vfloat x) {
    vfloat size = magnitude(x);
    vfloat z = x * x;
    // erf(x) / x − 1 on |x| ≤ 1
    vfloat p = fused(splat(7.87587506269e-5f), z, splat(-0.000801686428717f));
    p = fused(p, z, splat(0.00518908742343f));
    p = fused(p, z, splat(-0.0268542120106f));
    p = fused(p, z, splat(0.112835947152f));
    p = fused(p, z, splat(-0.376126266667f));
    p = fused(p, z, splat(0.128379165848f));
    vfloat near = fused(p, x, x);
    // log(1 − erf(x)) on 0.95 ≤ x ≤ 4, where erf becomes 1
    vfloat t = smaller(splat(4.0f), size);
    vfloat q = fused(splat(1.64267896843e-6f), t, splat(-4.61647851613e-5f));
    q = fused(q, t, splat(0.000597677274919f));
    q = fused(q, t, splat(-0.00476350966326f));
    q = fused(q, t, splat(0.0264316432828f));
    q = fused(q, t, splat(-0.110097242506f));
    q = fused(q, t, splat(-0.631809550131f));
    q = fused(q, t, splat(-1.13024187748f));
    q = fused(q, t, splat(0.000321866257549f));
    vfloat far = 1.0f - vexp(q);
    far = (vfloat)((vint)far | sign_bits(x));
    return choose(size < splat(1.0f), near, far);
}

/// Rounds to an integer, halves to even; exact for every float, keeps −0 and NaN.
INLINE vfloat vround(vfloat x) {
    vfloat size = magnitude(x);
    vfloat rounded = (size + 8388608.0f) - 8388608.0f;
    rounded = (vfloat)((vint)rounded | sign_bits(x));
    return choose(size < splat(8388608.0f), rounded, x);
}

LONG vfloat vfloor(vfloat x) {
    vfloat rounded = vround(x);
    vfloat lower = choose(rounded > x, rounded - 1.0f, rounded);
    return (vfloat)((vint)lower | sign_bits(x));
}

LONG vfloat vceil(vfloat x) {
    vfloat rounded = vround(x);
    vfloat upper = choose(rounded < x, rounded + 1.0f, rounded);
    return (vfloat)((vint)upper | sign_bits(x));
}
