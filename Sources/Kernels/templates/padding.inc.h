// Padding and cropping of the image's borders.

/// The position inside 0 ..< size that stands for position `at`; as PaddingParameters.sourceRow.
INLINE uint32_t padding_position(uint32_t mode, int64_t at, uint32_t size) {
    if (mode == 2) {
        if (at < 0) at = -at;
        if (at > (int64_t)size - 1) at = 2 * ((int64_t)size - 1) - at;
    }
    return clamped_position(at, size);
}

static void run_padding(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_padding *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width;
    const item_grid grid = make_grid(step->rowCount, block_count(result->layout.channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row;
        const vfloat constant = masked(splat(p->value), channel_mask(result->layout.channels, item.block));
        const int64_t shown = (int64_t)row - p->top;
        const int isInside = shown >= 0 && shown < source->layout.height;
        const float *in = (const float *)0;
        if (isInside || p->mode != 0)
            in = source_row(source, padding_position(p->mode, shown, source->layout.height))
                + (size_t)item.block * source->layout.blockStride;
        float *out = result_row(result, row) + (size_t)item.block * result->layout.blockStride;
        for (size_t x = item.firstColumn; x < item.endColumn; x++) {
            const int64_t column = (int64_t)x - p->left;
            vfloat value = constant;
            if (in && (p->mode != 0 || (column >= 0 && column < source->layout.width)))
                value = load(in + (size_t)padding_position(p->mode, column, source->layout.width) * VENULE_LANES);
            store(out + x * VENULE_LANES, value);
        }
    }
}
