// Conversions between element types: a block of elements is widened to doubles or to integers of 64 bits, both exactly, and
// narrowed from there with a single rounding.

#define CAST_BLOCK 64

typedef union {
    double floats[CAST_BLOCK];
    int64_t integers[CAST_BLOCK];
} cast_block;

/// A number of a format of 16 bits with an exponent of `width` bits. Its significand is an integer, times a power of two.
INLINE double widened(uint16_t bits, int width) {
    const int fraction = 15 - width, bias = (1 << (width - 1)) - 1, exponent = bits >> fraction & ((1 << width) - 1);
    const uint64_t sign = (uint64_t)(bits >> 15) << 63, low = bits & (((uint64_t)1 << fraction) - 1);
    union {
        uint64_t bits;
        double value;
    } result;
    if (exponent == (1 << width) - 1) {
        result.bits = sign | 0x7FF0000000000000u | low << (52 - fraction);
    } else if (exponent == 0) {
        result.bits = (uint64_t)(1023 + 1 - bias - fraction) << 52;
        result.value *= (double)low;
        result.bits |= sign;
    } else {
        result.bits = sign | (uint64_t)(exponent - bias + 1023) << 52 | low << (52 - fraction);
    }
    return result.value;
}

/// The nearest number of such a format, ties to even; infinite beyond its range. NaN keeps its sign and becomes quiet.
INLINE uint16_t narrowed(double value, int width) {
    const int fraction = 15 - width, bias = (1 << (width - 1)) - 1;
    const uint16_t infinity = (uint16_t)(((1 << width) - 1) << fraction);
    union {
        double value;
        uint64_t bits;
    } from = {value};
    const uint16_t sign = (uint16_t)(from.bits >> 48 & 0x8000);
    const uint64_t size = from.bits & 0x7FFFFFFFFFFFFFFFu;
    if (size > 0x7FF0000000000000u) return (uint16_t)(sign | infinity | 1 << (fraction - 1));
    const int exponent = (int)(size >> 52) - 1023 + bias;
    if (exponent >= (1 << width) - 1) return sign | infinity;
    // How many bits of the significand are lost: more for subnormal numbers, and all of it far below them.
    const int lost = 52 - fraction + (exponent > 0 ? 0 : 1 - exponent);
    if (lost > 54) return sign;
    const uint64_t significand = (size & 0xFFFFFFFFFFFFFu) | (uint64_t)(size >> 52 != 0) << 52;
    const uint64_t kept = significand >> lost, rest = significand & (((uint64_t)1 << lost) - 1);
    const uint64_t half = (uint64_t)1 << (lost - 1);
    // A carry goes on into the exponent. The highest bit of the significand of a normal number adds 1 to it.
    uint64_t result = kept + (rest > half || (rest == half && (kept & 1)));
    if (exponent > 0) result += (uint64_t)(exponent - 1) << fraction;
    return (uint16_t)(sign | result);
}

/// Rounds towards zero, then takes the nearest number from `low` through `high`; 0 for NaN. The bounds are powers of
/// two or small numbers and so exact as doubles, except for the largest int64; the doubles below that are all numbers
/// of int64.
INLINE int64_t truncated(double value, int64_t low, int64_t high) {
    if (value != value) return 0;
    if (value <= (double)low) return low;
    if (value >= (double)high) return high;
    return (int64_t)value;
}

INLINE uint64_t truncated_natural(double value) {
    return !(value > 0.0) ? 0 : value >= 18446744073709551616.0 ? UINT64_MAX : (uint64_t)value;
}

/// An integer rounded to odd in the 53 bits of a double, so that rounding that to fewer bits is as if it were rounded once.
INLINE double odd_double(int64_t value, int isUnsigned) {
    const int isNegative = value < 0 && !isUnsigned;
    uint64_t size = isNegative ? 0 - (uint64_t)value : (uint64_t)value;
    if (size >> 53) size = (size & ~(uint64_t)0xFFF) | (size & 0xFFF ? 0x800 : 0);
    return isNegative ? -(double)size : (double)size;
}

#define FOR_BLOCK(statement)                                                                                           \
    for (uint64_t i = 0; i < count; i++) statement;                                                                    \
    break;

INLINE int is_float(uint32_t element) { return element == VENULE_FLOAT32 || element >= VENULE_FLOAT16; }

static void widen_block(uint32_t element, const void *from, uint64_t at, uint64_t count, cast_block *block) {
    switch (element) {
    case VENULE_FLOAT32: FOR_BLOCK(block->floats[i] = (double)((const float *)from)[at + i])
    case VENULE_FLOAT64: FOR_BLOCK(block->floats[i] = ((const double *)from)[at + i])
    case VENULE_FLOAT16: FOR_BLOCK(block->floats[i] = widened(((const uint16_t *)from)[at + i], 5))
    case VENULE_BFLOAT16: FOR_BLOCK(block->floats[i] = widened(((const uint16_t *)from)[at + i], 8))
    default: FOR_BLOCK(block->integers[i] = load_integer(element, from, (int64_t)(at + i)))
    }
}

static void narrow_floats(uint32_t element, void *to, uint64_t at, uint64_t count, const double *from) {
    switch (element) {
    case VENULE_FLOAT32: FOR_BLOCK(((float *)to)[at + i] = (float)from[i])
    case VENULE_FLOAT64: FOR_BLOCK(((double *)to)[at + i] = from[i])
    case VENULE_FLOAT16: FOR_BLOCK(((uint16_t *)to)[at + i] = narrowed(from[i], 5))
    case VENULE_BFLOAT16: FOR_BLOCK(((uint16_t *)to)[at + i] = narrowed(from[i], 8))
    case VENULE_BOOL: FOR_BLOCK(((uint8_t *)to)[at + i] = from[i] != 0.0)
    case VENULE_UINT64: FOR_BLOCK(((uint64_t *)to)[at + i] = truncated_natural(from[i]))
    default: {
        const int64_t low = lowest_integer(element), high = highest_integer(element);
        FOR_BLOCK(store_integer(element, to, (int64_t)(at + i), truncated(from[i], low, high)))
    }
    }
}

static void narrow_integers(
    uint32_t element, void *to, uint64_t at, uint64_t count, const int64_t *from, int isUnsigned) {
    switch (element) {
    case VENULE_FLOAT32: FOR_BLOCK(((float *)to)[at + i] = isUnsigned ? (float)(uint64_t)from[i] : (float)from[i])
    case VENULE_FLOAT64: FOR_BLOCK(((double *)to)[at + i] = isUnsigned ? (double)(uint64_t)from[i] : (double)from[i])
    case VENULE_FLOAT16: FOR_BLOCK(((uint16_t *)to)[at + i] = narrowed(odd_double(from[i], isUnsigned), 5))
    case VENULE_BFLOAT16: FOR_BLOCK(((uint16_t *)to)[at + i] = narrowed(odd_double(from[i], isUnsigned), 8))
    case VENULE_BOOL: FOR_BLOCK(((uint8_t *)to)[at + i] = from[i] != 0)
    default: FOR_BLOCK(store_integer(element, to, (int64_t)(at + i), from[i]))
    }
}
#undef FOR_BLOCK

static uint32_t count_plain_cast(const venule_step *step) { return count_result_chunks(step); }

static void run_plain_cast(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const uint64_t end = chunk_end(endItem - 1, step->results[0].layout.elementCount);
    const uint32_t from = plain_element(step, 0), to = step->results[0].layout.element;
    cast_block block;
    for (uint64_t at = chunk_start(firstItem); at < end; at += CAST_BLOCK) {
        const uint64_t count = end - at < CAST_BLOCK ? end - at : CAST_BLOCK;
        widen_block(from, plain_source(step, 0), at, count, &block);
        if (is_float(from)) narrow_floats(to, plain_result(step), at, count, block.floats);
        else narrow_integers(to, plain_result(step), at, count, block.integers, from == VENULE_UINT64);
    }
}
