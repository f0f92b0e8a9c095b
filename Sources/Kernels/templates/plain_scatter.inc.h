// Entries of [axis, inner] replaced by others, or combined with them, at computed positions and in the order of these.
// An item has some columns of all entries, so that no two threads write the same element.

INLINE uint64_t scattered_columns(const venule_step *step) {
    const venule_plain_scatter *p = step->parameters;
    const uint64_t rows = (uint64_t)p->axis + step->sources[1].layout.elementCount,
                   columns = PLAIN_CHUNK / (rows ? rows : 1);
    // Fewer would be less than what a processor fetches at a time.
    return columns < 64 ? 64 : columns;
}

static uint32_t count_plain_scatter(const venule_step *step) {
    const venule_plain_scatter *p = step->parameters;
    if (step->results[0].layout.elementCount == 0) return 0;
    const uint64_t each = scattered_columns(step);
    return (uint32_t)(((uint64_t)p->inner + each - 1) / each);
}

INLINE float combine_entry_floats(uint32_t kind, float a, float b) {
    switch (kind) {
    case 1: return a + b;
    case 2: return a * b;
    case 3: return a < b ? a : b;
    default: return a > b ? a : b;
    }
}

INLINE int64_t combine_entry_integers(uint32_t kind, uint64_t bias, int64_t a, int64_t b) {
    const int64_t x = (int64_t)((uint64_t)a ^ bias), y = (int64_t)((uint64_t)b ^ bias);
    switch (kind) {
    case 1: return (int64_t)((uint64_t)a + (uint64_t)b);
    case 2: return (int64_t)((uint64_t)a * (uint64_t)b);
    case 3: return x < y ? a : b;
    default: return x > y ? a : b;
    }
}

/// Combines `count` elements of the result, from number `to` on, with those of the updates, from number `from` on.
static void combine_entries(const venule_step *step, uint32_t kind, int64_t to, int64_t from, int64_t count) {
    const uint32_t element = step->results[0].layout.element;
    void *out = plain_result(step);
    const void *in = plain_source(step, 2);
    for (int64_t i = 0; i < count; i++) {
        if (element == VENULE_FLOAT32) {
            float *number = (float *)out + to + i;
            *number = combine_entry_floats(kind, *number, ((const float *)in)[from + i]);
        } else {
            const int64_t a = load_integer(element, out, to + i), b = load_integer(element, in, from + i);
            store_integer(element, out, to + i, combine_entry_integers(kind, order_bias(element), a, b));
        }
    }
}

static void run_plain_scatter(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_scatter *p = step->parameters;
    const uint64_t inner = (uint64_t)p->inner, each = scattered_columns(step), first = firstItem * each;
    const uint64_t columns = (endItem * each < inner ? endItem * each : inner) - first;
    const size_t size = element_size(step->results[0].layout.element);
    uint8_t *out = plain_result(step);
    const uint8_t *data = plain_source(step, 0), *updates = plain_source(step, 2);
    for (uint64_t row = 0; row < (uint64_t)p->axis; row++) {
        const size_t at = (row * inner + first) * size;
        __builtin_memcpy(out + at, data + at, columns * size);
    }
    const int64_t *positions = plain_source(step, 1);
    for (uint64_t row = 0; row < step->sources[1].layout.elementCount; row++) {
        if (positions[row] < 0 || positions[row] >= p->axis) continue;
        const uint64_t to = (uint64_t)positions[row] * inner + first, from = row * inner + first;
        if (p->kind == 0) __builtin_memcpy(out + to * size, updates + from * size, columns * size);
        else combine_entries(step, p->kind, (int64_t)to, (int64_t)from, (int64_t)columns);
    }
}
