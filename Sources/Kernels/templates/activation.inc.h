// The functions of one float, applied to rows of vectors. What they give for NaN and −0 follows
// Documentation/Numerics.md: in every comparison the constant comes first and the data second.

INLINE vfloat relu(vfloat x) { return larger(splat(0.0f), x); }

INLINE vfloat bounded_relu(vfloat x, float slope, float maximum, float threshold) {
    vfloat below = splat(slope) * (x - threshold);
    return choose(x < splat(threshold), below, smaller(splat(maximum), x));
}

INLINE vfloat unit_clip(vfloat x) { return larger(splat(0.0f), smaller(splat(1.0f), x)); }

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)
INLINE vfloat softplus(vfloat x) {
    vfloat positive = choose(x < splat(0.0f), splat(0.0f), x);
    return positive + vlog1p(vexp(-magnitude(x)));
}

/// x · tanh(log(1 + eˣ)) = x · (n² + 2n) / (n² + 2n + 2) with n = eˣ
INLINE vfloat mish(vfloat x) {
    vfloat n = vexp(smaller(splat(20.0f), x));
    vfloat m = n * (n + 2.0f);
    return x * (m / (m + 2.0f));
}

INLINE vfloat gelu(vfloat x) { return x * 0.5f * (verf(x * 0.70710678f) + 1.0f); }

/// √(2/π) = 0.79788456
INLINE vfloat gelu_tanh(vfloat x) {
    vfloat inner = fused(x * x * x, splat(0.044715f), x) * 0.79788456f;
    return x * 0.5f * (vtanh(inner) + 1.0f);
}

/// NaN, 0 and −0 stay as they are.
INLINE vfloat sign(vfloat x) { return choose(x > splat(0.0f), splat(1.0f), choose(x < splat(0.0f), splat(-1.0f), x)); }

#define APPLY(code, expression)                                                                                        \
    case code:                                                                                                         \
        for (size_t i = 0; i < vectors; i++) {                                                                         \
            vfloat x = load(from + i * VENULE_LANES);                                                                  \
            store(to + i * VENULE_LANES, masked((expression), mask));                                                  \
        }                                                                                                              \
        return;

/// to = function(from) for `vectors` vectors, with the lanes outside `mask` zeroed; in place where both are the same.
static void activate(const venule_activation *activation, const float *from, float *to, size_t vectors, vint mask) {
    const float a = activation->a, b = activation->b, c = activation->c;
    switch (activation->function) {
        APPLY(FUNCTION_RELU, relu(x))
        APPLY(FUNCTION_BOUNDED_RELU, bounded_relu(x, a, b, c))
        APPLY(FUNCTION_LEAKY_RELU, choose(x < splat(0.0f), splat(a) * x, x))
        APPLY(FUNCTION_ELU, choose(x < splat(0.0f), splat(a) * vexpm1(x), x))
        APPLY(FUNCTION_SELU, splat(b) * choose(x < splat(0.0f), splat(a) * vexpm1(x), x))
        APPLY(FUNCTION_CELU, choose(x < splat(0.0f), splat(a) * vexpm1(x / splat(a)), x))
        APPLY(FUNCTION_SIGMOID, vsigmoid(x))
        APPLY(FUNCTION_HARD_SIGMOID, unit_clip(fused(splat(a), x, splat(b))))
        APPLY(FUNCTION_SWISH, x * vsigmoid(x))
        APPLY(FUNCTION_HARD_SWISH, x * unit_clip(x / 6.0f + 0.5f))
        APPLY(FUNCTION_TANH, vtanh(x))
        APPLY(FUNCTION_SOFTPLUS, softplus(x))
        APPLY(FUNCTION_SOFTSIGN, x / (magnitude(x) + 1.0f))
        APPLY(FUNCTION_MISH, mish(x))
        APPLY(FUNCTION_GELU, gelu(x))
        APPLY(FUNCTION_GELU_TANH, gelu_tanh(x))
        APPLY(FUNCTION_CLIP, smaller(splat(b), larger(splat(a), x)))
        APPLY(FUNCTION_EXP, vexp(x))
        APPLY(FUNCTION_LOG, vlog(x))
        APPLY(FUNCTION_SQRT, __builtin_elementwise_sqrt(x))
        APPLY(FUNCTION_ABS, magnitude(x))
        APPLY(FUNCTION_NEGATE, -x)
        APPLY(FUNCTION_RECIPROCAL, 1.0f / x)
        APPLY(FUNCTION_FLOOR, vfloor(x))
        APPLY(FUNCTION_CEIL, vceil(x))
        APPLY(FUNCTION_ERF, verf(x))
        APPLY(FUNCTION_ROUND, vround(x))
        APPLY(FUNCTION_SIGN, sign(x))
        APPLY(FUNCTION_IDENTITY, x)
    default:
        for (size_t i = 0; i < vectors; i++) {
            vfloat x = load(from + i * VENULE_LANES);
            for (int lane = 0; lane < VENULE_LANES; lane++) x[lane] = venule_function(activation->function, x[lane]);
            store(to + i * VENULE_LANES, masked(x, mask));
        }
    }
}
#undef APPLY
