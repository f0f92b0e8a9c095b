// Expands weights of 16 bits to float32, with the same bits on every instruction set. Kernels compute in float32
// only. They expand the weights that they are about to use into a panel in their scratch, and use them there for all
// pixels of an item.

typedef uint16_t vnarrow __attribute__((vector_size(32), aligned(2)));

INLINE vfloat load_bfloat16(const uint16_t *address) {
    return (vfloat)(__builtin_convertvector(*(const vnarrow *)address, vint) << 16);
}

#if KERNEL_FLOAT16
typedef _Float16 vfloat16 __attribute__((vector_size(32), aligned(2)));
INLINE vfloat load_float16(const uint16_t *address) {
    return __builtin_convertvector(*(const vfloat16 *)address, vfloat);
}
#else
INLINE vfloat load_float16(const uint16_t *address) {
    const vint bits = __builtin_convertvector(*(const vnarrow *)address, vint);
    const vint magnitude = bits & splat_int(0x7FFF), rebased = splat_int(112 << 23);
    // Numbers below 2^-14 are multiples of 2^-24. For the others the exponent gets another bias. Infinities and NaN
    // have the largest exponent, to which the same difference is added again, and NaN are made quiet.
    const vfloat small = __builtin_convertvector(magnitude, vfloat) * splat(0x1p-24f);
    vint large = (magnitude << 13) + rebased;
    large += (magnitude > splat_int(0x7BFF)) & rebased;
    large |= (magnitude > splat_int(0x7C00)) & splat_int(1 << 22);
    const vfloat absolute = choose(magnitude < splat_int(0x400), small, (vfloat)large);
    return (vfloat)((vint)absolute | (bits & splat_int(0x8000)) << 16);
}
#endif

/// `count` weights, a multiple of 16.
static void expand_weights(uint32_t type, const uint16_t *from, size_t count, float *to) {
    if (type == VENULE_WEIGHTS_FLOAT16) {
        for (size_t i = 0; i < count; i += VENULE_LANES) store(to + i, load_float16(from + i));
    } else {
        for (size_t i = 0; i < count; i += VENULE_LANES) store(to + i, load_bfloat16(from + i));
    }
}

/// The weights first ..< first + count of a step, and for each further output block as many that lie `stride` behind
/// them: as they are, or expanded one after the other. In the end `stride` says where those of the next block are.
INLINE const float *weights_as_floats(
    const venule_step *step, uint32_t type, size_t first, size_t count, uint32_t blocks, size_t *stride, float *panel) {
    if (type == VENULE_WEIGHTS_FLOAT32) return step->constants[0] + first;
    const uint16_t *from = (const uint16_t *)step->constants[0] + first;
    for (uint32_t b = 0; b < blocks; b++) expand_weights(type, from + b * *stride, count, panel + b * count);
    *stride = count;
    return panel;
}
