// Padding and cropping of the image's borders.

/// The position inside 0 ..< size that stands for position `at`; as PaddingParameters.sourceRow.
INLINE uint32_t padding_position(uint32_t mode, int64_t at, uint32_t size) {
    if (mode == 2) {
        if (at < 0) at = -at;
        if (at > (int64_t)size - 1) at = 2 * ((int64_t)size - 1) - at;
    }
    return clamped_position(at, size);
}

static void write_padding(const venule_step *step, const result_part *part) {
    const venule_padding *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const vfloat constant = masked(splat(p->value), part_mask(step, part));
    const int64_t shown = (int64_t)part->row - p->top;
    const int isInside = shown >= 0 && shown < source->layout.height;
    const float *in = (const float *)0;
    if (isInside || p->mode != 0)
        in = source_of_part(source, padding_position(p->mode, shown, source->layout.height), part);
    for (size_t x = part->firstColumn; x < part->endColumn; x++) {
        const int64_t column = (int64_t)x - p->left;
        vfloat value = constant;
        if (in && (p->mode != 0 || (column >= 0 && column < source->layout.width)))
            value = load(in + (size_t)padding_position(p->mode, column, source->layout.width) * VENULE_LANES);
        store(part->out + x * VENULE_LANES, value);
    }
}

static void run_padding(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_padding);
}
