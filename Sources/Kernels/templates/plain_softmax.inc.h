// Softmax along the middle of [outer, axis, inner], and its logarithm: x − largest − log Σ.

INLINE uint64_t softmax_lines(const venule_step *step) {
    const venule_plain_line *p = step->parameters;
    return step->results[0].layout.elementCount ? (uint64_t)p->outer * (uint64_t)p->inner : 0;
}

INLINE uint64_t lines_per_item(const venule_plain_line *p) {
    return (uint32_t)p->axis >= PLAIN_CHUNK ? 1 : PLAIN_CHUNK / (uint32_t)p->axis;
}

static uint32_t count_plain_softmax(const venule_step *step) {
    const uint64_t lines = softmax_lines(step);
    if (lines == 0) return 0;
    const uint64_t each = lines_per_item(step->parameters);
    return (uint32_t)((lines + each - 1) / each);
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
    const venule_plain_line *p = step->parameters;
    const uint64_t lines = softmax_lines(step), each = lines_per_item(p);
    const uint64_t end = endItem * each < lines ? endItem * each : lines;
    for (uint64_t line = firstItem * each; line < end; line++) {
        const uint64_t outer = line / (uint64_t)p->inner, inner = line % (uint64_t)p->inner;
        const uint64_t start = outer * (uint64_t)p->axis * (uint64_t)p->inner + inner;
        softmax_line((const float *)plain_source(step, 0) + start, (float *)plain_result(step) + start, (size_t)p->axis,
            (size_t)p->inner, p->flag != 0);
    }
}
