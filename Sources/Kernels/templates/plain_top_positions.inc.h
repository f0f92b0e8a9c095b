// The positions of the largest or smallest entries along the middle of [outer, axis, inner]. The place of a line's result
// holds the positions that are kept so far, as a heap whose root is the one that would go first; in the end the heap is
// sorted.

static uint32_t count_plain_top_positions(const venule_step *step) {
    return count_line_items(step, &((const venule_plain_top_positions *)step->parameters)->line);
}

/// Floats in their order as integers: −0 is 0, and NaN larger than all.
INLINE int64_t ordered_float(float x) {
    union {
        float value;
        int32_t bits;
    } number = {x};
    if (x != x) return INT64_MAX;
    return number.bits < 0 ? -(int64_t)(number.bits & INT32_MAX) : number.bits;
}

/// The element of that number as an integer, in the order of the elements.
static int64_t ordered_element(uint32_t element, const void *in, int64_t at) {
    return element == VENULE_FLOAT32 ? ordered_float(((const float *)in)[at]) : ordered_integer(element, in, at);
}

typedef struct {
    const void *in;
    uint32_t element;
    /// −1 turns the order around when it is combined with the elements by an exclusive or.
    int64_t turn;
    int64_t start, stride;
    /// The heap, `stride` apart.
    int64_t *kept;
} top_line;

/// Whether position a stands in front of position b, which is another.
static int precedes(const top_line *line, int64_t a, int64_t b) {
    const int64_t x = ordered_element(line->element, line->in, line->start + a * line->stride) ^ line->turn;
    const int64_t y = ordered_element(line->element, line->in, line->start + b * line->stride) ^ line->turn;
    return x != y ? x > y : a < b;
}

/// Lets the position at `at` sink to where none below stands behind it in the order.
static void sink(const top_line *line, int64_t at, int64_t count) {
    int64_t *kept = line->kept;
    for (int64_t below; (below = 2 * at + 1) < count; at = below) {
        if (below + 1 < count && precedes(line, kept[below * line->stride], kept[(below + 1) * line->stride])) below++;
        int64_t *upper = kept + at * line->stride, *lower = kept + below * line->stride;
        if (!precedes(line, *upper, *lower)) return;
        const int64_t position = *upper;
        *upper = *lower;
        *lower = position;
    }
}

static void find_top(const top_line *line, int64_t axis, int64_t count) {
    int64_t *kept = line->kept;
    for (int64_t i = 0; i < count; i++) kept[i * line->stride] = i;
    for (int64_t at = count / 2; at-- > 0;) sink(line, at, count);
    for (int64_t i = count; i < axis; i++) {
        if (!precedes(line, i, kept[0])) continue;
        kept[0] = i;
        sink(line, 0, count);
    }
    for (int64_t last = count - 1; last > 0; last--) {
        const int64_t position = kept[0];
        kept[0] = kept[last * line->stride];
        kept[last * line->stride] = position;
        sink(line, 0, last);
    }
}

static void run_plain_top_positions(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_top_positions *p = step->parameters;
    const uint64_t end = end_line(step, &p->line, endItem);
    for (uint64_t number = firstItem * lines_per_item(&p->line); number < end; number++) {
        const top_line line = {plain_source(step, 0), plain_element(step, 0), p->largest ? 0 : -1,
            (int64_t)line_start(&p->line, number, p->line.axis), p->line.inner,
            (int64_t *)plain_result(step) + line_start(&p->line, number, p->count)};
        find_top(&line, p->line.axis, p->count);
    }
}
