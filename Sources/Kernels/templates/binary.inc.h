// Arithmetic of two images. A side of 1 of either is stretched to the result's.

typedef struct {
    const float *base;
    /// Floats from one column to the next: 0 if the only column is stretched.
    size_t step;
    /// The only channel is stretched: lane 0 stands for all lanes.
    int isSingleChannel;
} binary_operand;

static binary_operand operand_of_row(
    const venule_source *source, const venule_result *result, uint32_t row, uint32_t block) {
    const venule_layout *layout = &source->layout;
    binary_operand operand;
    operand.isSingleChannel = layout->channels == 1 && result->layout.channels != 1;
    operand.base = source_row(source, layout->height == 1 ? 0 : row)
        + (operand.isSingleChannel ? 0 : (size_t)block * layout->blockStride);
    operand.step = layout->width == 1 ? 0 : VENULE_LANES;
    return operand;
}

INLINE vfloat read_operand(const binary_operand *operand, size_t column) {
    const float *at = operand->base + column * operand->step;
    return operand->isSingleChannel ? splat(*at) : load(at);
}

INLINE vfloat vpower(vfloat a, vfloat b) {
    vfloat result;
    for (int lane = 0; lane < VENULE_LANES; lane++) result[lane] = power(a[lane], b[lane]);
    return result;
}

#define COMBINE(code, expression)                                                                                      \
    case code:                                                                                                         \
        for (size_t x = first; x < end; x++) {                                                                         \
            const vfloat a = read_operand(&left, x), b = read_operand(&right, x);                                      \
            store(out + x * VENULE_LANES, masked((expression), mask));                                                 \
        }                                                                                                              \
        break;

static void combine(
    uint32_t kind, binary_operand left, binary_operand right, float *out, size_t first, size_t end, vint mask) {
    switch (kind) {
        COMBINE(0, a + b)
        COMBINE(1, a - b)
        COMBINE(2, a * b)
        COMBINE(3, a / b)
        COMBINE(4, vpower(a, b))
        COMBINE(5, smaller(a, b))
        COMBINE(6, larger(a, b))
        COMBINE(7, choose(a < splat(0.0f), b * a, a))
    }
}
#undef COMBINE

static void write_binary(const venule_step *step, const result_part *part) {
    const venule_binary *p = step->parameters;
    const venule_result *result = &step->results[0];
    const vint mask = part_mask(step, part);
    combine(p->kind, operand_of_row(&step->sources[0], result, part->row, part->block),
        operand_of_row(&step->sources[1], result, part->row, part->block), part->out, part->firstColumn,
        part->endColumn, mask);
    activate_part(&p->activation, part, mask);
}

static void run_binary(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_binary);
}
