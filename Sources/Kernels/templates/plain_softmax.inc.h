// Softmax along the middle of [outer, axis, inner], and its logarithm: x − largest − log Σ.

static uint32_t count_plain_softmax(const venule_step *step) {
    return count_line_items(step, &((const venule_plain_softmax *)step->parameters)->line);
}

static void softmax_line(const float *in, float *out, size_t count, size_t stride, int logarithm) {
    float largest = -__builtin_inff();
    for (size_t i = 0; i < count; i++) largest = largest > in[i * stride] ? largest : in[i * stride];
    double sum = 0.0;
    for (size_t first = 0; first < count; first += VENULE_LANES) {
        const size_t lanes = count - first < VENULE_LANES ? count - first : VENULE_LANES;
        vfloat x = splat(0.0f);
        for (size_t l = 0; l < lanes; l++) x[l] = in[(first + l) * stride] - largest;
        const vfloat e = vexp(x);
        for (size_t l = 0; l < lanes; l++) {
            sum += (double)e[l];
            out[(first + l) * stride] = logarithm ? x[l] : e[l];
        }
    }
    const float total = (float)sum, shift = vlog(splat(total))[0];
    for (size_t i = 0; i < count; i++) out[i * stride] = logarithm ? out[i * stride] - shift : out[i * stride] / total;
}

static void run_plain_softmax(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_softmax *p = step->parameters;
    const uint64_t end = end_line(step, &p->line, endItem);
    for (uint64_t line = firstItem * lines_per_item(&p->line); line < end; line++) {
        const uint64_t start = line_start(&p->line, line, p->line.axis);
        softmax_line((const float *)plain_source(step, 0) + start, (float *)plain_result(step) + start,
            (size_t)p->line.axis, (size_t)p->line.inner, p->logarithm != 0);
    }
}
