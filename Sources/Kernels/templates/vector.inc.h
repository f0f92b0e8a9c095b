// Vectors of 16 floats and the few operations that every kernel is made of. Included once by each instruction set's
// file, which defines KERNEL_FMA where its target fuses multiply and add.

typedef float vfloat __attribute__((vector_size(64)));
typedef int32_t vint __attribute__((vector_size(64)));
typedef float vhalf __attribute__((vector_size(32)));
// Rows of entry points are aligned to a float only. Every processor of interest loads data that happens to be aligned
// just as quickly by an unaligned load.
typedef float vfloat_unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t vint_unaligned __attribute__((vector_size(64), aligned(4)));
typedef float vhalf_unaligned __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline, unused))
// For functions that are so long that a call costs nothing in comparison and that the commonest activations do not
// need: they are not inlined if code has to be small.
#if defined(__OPTIMIZE_SIZE__)
#define LONG static __attribute__((noinline, unused))
#else
#define LONG INLINE
#endif
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vfloat load(const float *address) { return *(const vfloat_unaligned *)address; }
INLINE void store(float *address, vfloat value) { *(vfloat_unaligned *)address = value; }
INLINE vhalf load_half(const float *address) { return *(const vhalf_unaligned *)address; }
INLINE void store_half(float *address, vhalf value) { *(vhalf_unaligned *)address = value; }
INLINE vfloat splat(float value) { return value - (vfloat){}; }
INLINE vhalf splat_half(float value) { return value - (vhalf){}; }
INLINE vint splat_int(int32_t value) { return value - (vint){}; }

/// Fetches what will soon be read, or written as a whole, into the cache. Any address may be given.
INLINE void prefetch_read(const float *address) { __builtin_prefetch(address, 0, 3); }
INLINE void prefetch_write(float *address) { __builtin_prefetch(address, 1, 3); }

/// a · b + c, rounded once where the target can.
INLINE vfloat fused(vfloat a, vfloat b, vfloat c) {
#if KERNEL_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}
INLINE vhalf fused_half(vhalf a, vhalf b, vhalf c) {
#if KERNEL_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// Lanes of `a` where the mask's bits are set, else of `b`.
INLINE vfloat choose(vint mask, vfloat a, vfloat b) { return (vfloat)((mask & (vint)a) | (~mask & (vint)b)); }
INLINE vhalf choose_half(__typeof__((vhalf){} < (vhalf){}) mask, vhalf a, vhalf b) {
    typedef __typeof__(mask) bits;
    return (vhalf)((mask & (bits)a) | (~mask & (bits)b));
}

/// As Documentation/Numerics.md says: the second operand if one is NaN or both are equal.
INLINE vfloat larger(vfloat a, vfloat b) { return choose(a > b, a, b); }
INLINE vfloat smaller(vfloat a, vfloat b) { return choose(a < b, a, b); }
INLINE vhalf larger_half(vhalf a, vhalf b) { return choose_half(a > b, a, b); }

INLINE vfloat masked(vfloat value, vint mask) { return (vfloat)((vint)value & mask); }

// Register tiles are arrays of parts. A part is a whole vector or, with KERNEL_QUARTERS, a register of 4 floats: the
// compiler keeps such small operations in their order, whereas it would spill a tile of whole vectors. With
// KERNEL_BY_LANE there are instructions that multiply by any lane of a register.
#if KERNEL_QUARTERS
typedef float vpart __attribute__((vector_size(16)));
typedef vpart vhalf_part;
typedef float vpart_unaligned __attribute__((vector_size(16), aligned(4)));
#define KERNEL_PARTS 4
#define KERNEL_HALF_PARTS 2

INLINE vpart load_part(const float *address) { return *(const vpart_unaligned *)address; }
INLINE void store_part(float *address, vpart value) { *(vpart_unaligned *)address = value; }
INLINE vpart splat_part(float value) { return value - (vpart){}; }
INLINE vpart fused_part(vpart a, vpart b, vpart c) {
#if KERNEL_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}
INLINE vpart larger_part(vpart a, vpart b) {
    const __typeof__(a > b) mask = a > b;
    return (vpart)((mask & (__typeof__(mask))a) | (~mask & (__typeof__(mask))b));
}
/// x[lane] · b + c for a lane that the compiler knows.
INLINE vpart fused_lane(vpart x, const int lane, vpart b, vpart c) {
    switch (lane) {
    case 0: return fused_part(__builtin_shufflevector(x, x, 0, 0, 0, 0), b, c);
    case 1: return fused_part(__builtin_shufflevector(x, x, 1, 1, 1, 1), b, c);
    case 2: return fused_part(__builtin_shufflevector(x, x, 2, 2, 2, 2), b, c);
    default: return fused_part(__builtin_shufflevector(x, x, 3, 3, 3, 3), b, c);
    }
}
#define load_half_part load_part
#define store_half_part store_part
#define splat_half_part splat_part
#define fused_half_part fused_part
#define larger_half_part larger_part
#else
typedef vfloat vpart;
typedef vhalf vhalf_part;
#define KERNEL_PARTS 1
#define KERNEL_HALF_PARTS 1
#define load_part load
#define store_part store
#define splat_part splat
#define fused_part fused
#define larger_part larger
#define load_half_part load_half
#define store_half_part store_half
#define splat_half_part splat_half
#define fused_half_part fused_half
#define larger_half_part larger_half
#endif
/// Keeps a sum of a register tile in a register between two steps of the loop. Where registers are few, the compiler
/// would otherwise fetch the weights of four steps first, to finish one sum after the other, and spill nearly all of
/// them.
#if KERNEL_IN_ORDER
#define PIN(sum) __asm__ volatile("" : "+w"(sum)::"memory")
#else
#define PIN(sum) (void)0
#endif

/// The number of floats of a part.
#define KERNEL_PART_LANES (VENULE_LANES / KERNEL_PARTS)

/// A mask with all bits set in those lanes that are channels, for block `block` of an image with `channels` channels.
/// Without it, functions such as log and 1/x would put infinities into padded lanes.
INLINE vint channel_mask(uint32_t channels, uint32_t block) {
    const vint lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint32_t left = channels - block * VENULE_LANES;
    return lane < splat_int(left < VENULE_LANES ? (int32_t)left : VENULE_LANES);
}

INLINE uint32_t block_count(uint32_t channels) { return (channels + VENULE_LANES - 1) / VENULE_LANES; }
INLINE uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }
INLINE uint32_t most(uint32_t a, uint32_t b) { return a > b ? a : b; }
INLINE uint32_t quotient_up(uint32_t a, uint32_t b) { return (a + b - 1) / b; }

INLINE int64_t floored_quotient(int64_t dividend, int64_t divisor) {
    int64_t quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

/// The pointer to image row `row` of a source, or of a result.
INLINE const float *source_row(const venule_source *source, int64_t row) {
    return source->rows[row - source->firstRow];
}
INLINE float *result_row(const venule_result *result, int64_t row) { return result->rows[row - result->firstRow]; }
