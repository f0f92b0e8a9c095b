// One-dimensional Winograd transforms of a line of values, for tiles of 4 and of 2 results of a 3-tap convolution.
//
// F(4,3) interpolates at 0, ±5/8, ±3/2 and infinity. These points halve the rounding error of the usual 0, ±1, ±2
// (the larger the ratio of the points' powers, the more cancels), and all constants of the transforms below are exact in
// float32. F(2,3) interpolates at 0, ±1 and infinity. Documentation/Numerics.md has the matrices.
//
// The transforms work on vectors of WINOGRAD_LANES floats, of which an instruction set has enough registers for a tile.

typedef float vline __attribute__((vector_size(4 * WINOGRAD_LANES)));
typedef float vline_unaligned __attribute__((vector_size(4 * WINOGRAD_LANES), aligned(4)));

INLINE vline load_line(const float *address) { return *(const vline_unaligned *)address; }
INLINE void store_line(float *address, vline value) { *(vline_unaligned *)address = value; }
INLINE vline fused_line(float a, vline b, vline c) {
#if KERNEL_FMA
    return __builtin_elementwise_fma(a - (vline){}, b, c);
#else
    return a * b + c;
#endif
}
INLINE vline relu_line(vline x) {
    const vline zero = {};
    const __typeof__(zero > x) mask = zero > x;
    return (vline)(~mask & (__typeof__(mask))x);
}

/// The squares of the points ±a and ±b, and further numbers that the transforms of F(4,3) are made of.
#define WINOGRAD_A (5.0f / 8)
#define WINOGRAD_B (3.0f / 2)
#define WINOGRAD_AA (WINOGRAD_A * WINOGRAD_A)
#define WINOGRAD_BB (WINOGRAD_B * WINOGRAD_B)

/// Two lines of Bᵀ that have work in common. Pair 0 are the first and the last line, pair 1 the lines 1 and 2, pair 2
/// the lines 3 and 4.
INLINE void source_pair_4(int pair, const vline *d, vline *low, vline *high) {
    if (pair == 0) {
        *low = fused_line(WINOGRAD_AA * WINOGRAD_BB, d[0], fused_line(-(WINOGRAD_AA + WINOGRAD_BB), d[2], d[4]));
        *high = fused_line(WINOGRAD_AA * WINOGRAD_BB, d[1], fused_line(-(WINOGRAD_AA + WINOGRAD_BB), d[3], d[5]));
        return;
    }
    const float point = pair == 1 ? WINOGRAD_A : WINOGRAD_B, other = pair == 1 ? WINOGRAD_BB : WINOGRAD_AA;
    const vline even = fused_line(-other, d[2], d[4]), odd = fused_line(-other, d[1], d[3]);
    *low = fused_line(point, odd, even);
    *high = fused_line(-point, odd, even);
}

INLINE void source_pair_2(int pair, const vline *d, vline *low, vline *high) {
    *low = pair == 0 ? d[0] - d[2] : d[1] + d[2];
    *high = pair == 0 ? d[3] - d[1] : d[2] - d[1];
}

/// Aᵀ: a line of 6 products to 4 results.
INLINE void result_line_4(const vline *m, vline *results) {
    const vline sumA = m[1] + m[2], differenceA = m[1] - m[2];
    const vline sumB = m[3] + m[4], differenceB = m[3] - m[4];
    results[0] = (m[0] + sumA) + sumB;
    results[1] = fused_line(WINOGRAD_B, differenceB, WINOGRAD_A * differenceA);
    results[2] = fused_line(WINOGRAD_BB, sumB, WINOGRAD_AA * sumA);
    results[3] =
        fused_line(WINOGRAD_B * WINOGRAD_BB, differenceB, fused_line(WINOGRAD_A * WINOGRAD_AA, differenceA, m[5]));
}

INLINE void result_line_2(const vline *m, vline *results) {
    results[0] = (m[0] + m[1]) + m[2];
    results[1] = (m[1] - m[2]) + m[3];
}
