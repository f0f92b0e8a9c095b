// Sums and products of the entries up to each one along the middle of [outer, axis, inner], one after the other: floats in
// double precision, integers in 64 bits.

static uint32_t count_plain_cumulative(const venule_step *step) {
    return count_line_items(step, &((const venule_plain_cumulative *)step->parameters)->line);
}

// The total begins as the number of the kind: an empty sum is 0, and an empty product 1.

static void accumulate_floats(const venule_step *step, int64_t start) {
    const venule_plain_cumulative *p = step->parameters;
    const float *in = plain_source(step, 0);
    float *out = plain_result(step);
    double total = p->kind;
    for (int64_t i = 0; i < p->line.axis; i++) {
        const int64_t at = start + (p->isReversed ? p->line.axis - 1 - i : i) * p->line.inner;
        const double x = (double)in[at], next = p->kind ? total * x : total + x;
        out[at] = (float)(p->isExclusive ? total : next);
        total = next;
    }
}

static void accumulate_integers(const venule_step *step, int64_t start) {
    const venule_plain_cumulative *p = step->parameters;
    const uint32_t element = plain_element(step, 0);
    uint64_t total = p->kind;
    for (int64_t i = 0; i < p->line.axis; i++) {
        const int64_t at = start + (p->isReversed ? p->line.axis - 1 - i : i) * p->line.inner;
        const uint64_t x = (uint64_t)load_integer(element, plain_source(step, 0), at);
        const uint64_t next = p->kind ? total * x : total + x;
        store_integer(element, plain_result(step), at, (int64_t)(p->isExclusive ? total : next));
        total = next;
    }
}

static void run_plain_cumulative(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_cumulative *p = step->parameters;
    const uint64_t end = end_line(step, &p->line, endItem);
    for (uint64_t line = firstItem * lines_per_item(&p->line); line < end; line++) {
        const int64_t start = (int64_t)line_start(&p->line, line, p->line.axis);
        if (plain_element(step, 0) == VENULE_FLOAT32) accumulate_floats(step, start);
        else accumulate_integers(step, start);
    }
}
