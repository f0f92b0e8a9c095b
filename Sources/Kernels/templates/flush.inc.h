// What a plan that flushes subnormal numbers does after each step: in the rows that the step has completed, every
// float below 2⁻¹²⁶ in magnitude becomes the zero of its sign (Documentation/Numerics.md). It computes with integers,
// so that the result is the same on every processor, whatever that does with subnormal numbers.

/// The floats of a piece, a multiple of two vectors; and the pieces of an item. A small step is a single item, for
/// which no other thread has to be woken.
#define FLUSH_PIECE 4096u
#define FLUSH_PIECES 4u

INLINE vint flushed(vint bits) {
    const vint isNormal = (bits & splat_int(0x7F800000)) != splat_int(0);
    return bits & (isNormal | splat_int(INT32_MIN));
}

/// The floats from column 0 of a row's first block to the end of its last block, including the halos between them,
/// which are zero. Of a plain tensor these are all floats.
INLINE uint64_t flushed_floats(const venule_layout *layout) {
    if (layout->elementCount > 0) return layout->elementCount;
    return (uint64_t)(block_count(layout->channels) - 1) * layout->blockStride + (uint64_t)layout->width * VENULE_LANES;
}

INLINE uint32_t flushed_pieces(const venule_layout *layout) {
    return (uint32_t)((flushed_floats(layout) + FLUSH_PIECE - 1) / FLUSH_PIECE);
}

static uint32_t count_flush(const venule_step *step) {
    uint32_t pieces = 0;
    for (uint32_t r = 0; r < step->resultCount; r++)
        pieces += step->results[r].rowCount * flushed_pieces(&step->results[r].layout);
    return quotient_up(pieces, FLUSH_PIECES);
}

static void flush_floats(float *floats, uint32_t count) {
    uint32_t i = 0;
    for (; i + VENULE_LANES <= count; i += VENULE_LANES) store(floats + i, (vfloat)flushed((vint)load(floats + i)));
    for (; i < count; i++) {
        uint32_t bits;
        __builtin_memcpy(&bits, floats + i, sizeof bits);
        if ((bits & 0x7F800000u) == 0) bits &= 0x80000000u;
        __builtin_memcpy(floats + i, &bits, sizeof bits);
    }
}

static void run_flush(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    uint32_t first = firstItem * FLUSH_PIECES, end = endItem * FLUSH_PIECES;
    for (uint32_t r = 0; r < step->resultCount && end > 0; r++) {
        const venule_result *result = &step->results[r];
        const uint64_t floats = flushed_floats(&result->layout);
        const uint32_t perRow = flushed_pieces(&result->layout), pieces = result->rowCount * perRow;
        for (uint32_t piece = first; piece < least(end, pieces); piece++) {
            const uint64_t begin = (uint64_t)(piece % perRow) * FLUSH_PIECE, left = floats - begin;
            flush_floats(result->rows[piece / perRow] + begin, left < FLUSH_PIECE ? (uint32_t)left : FLUSH_PIECE);
        }
        first -= least(first, pieces);
        end -= least(end, pieces);
    }
}
