// Converts images in the caller's memory or in a plain tensor to blocked rows, and back. The pixels of a row lie at
// strides, so that NHWC and NCHW are treated alike.

INLINE vfloat read_pixel(const float *from, size_t stride, uint32_t lanes) {
    if (stride == 1 && lanes == VENULE_LANES) return load(from);
    // A whole vector is not loaded: that of the last pixel would reach beyond the row.
    vfloat pixel = splat(0.0f);
    for (uint32_t l = 0; l < lanes; l++) pixel[l] = from[l * stride];
    return pixel;
}

/// The same of bytes.
INLINE vfloat read_bytes(const uint8_t *from, size_t stride, uint32_t lanes) {
    vfloat pixel = splat(0.0f);
    for (uint32_t l = 0; l < lanes; l++) pixel[l] = (float)from[l * stride];
    return pixel;
}

static void write_blocking(const venule_step *step, const result_part *part) {
    const venule_image_strides *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const uint32_t first = part->block * VENULE_LANES;
    const uint32_t lanes = least(step->results[0].layout.channels - first, VENULE_LANES);
    if (source->layout.element == VENULE_UINT8) {
        const uint8_t *in = (const uint8_t *)source_row(source, part->row) + (size_t)first * p->channel;
        for (size_t x = part->firstColumn; x < part->endColumn; x++)
            store(part->out + x * VENULE_LANES, read_bytes(in + x * p->column, p->channel, lanes));
        return;
    }
    const float *in = source_row(source, part->row) + (size_t)first * p->channel;
    for (size_t x = part->firstColumn; x < part->endColumn; x++)
        store(part->out + x * VENULE_LANES, read_pixel(in + x * p->column, p->channel, lanes));
}

static void run_blocking(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_blocking);
}

/// Rows of all sources, one source after the other.
static item_grid unblocking_grid(const venule_step *step) {
    const venule_layout *layout = &step->sources[0].layout;
    return make_grid(step->rowCount * step->sourceCount, block_count(layout->channels), layout->width);
}

static uint32_t count_unblocking(const venule_step *step) { return grid_items(unblocking_grid(step)); }

static void run_unblocking(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_image_strides *p = step->parameters;
    const venule_result *result = &step->results[0];
    const item_grid grid = unblocking_grid(step);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const venule_layout *layout = &step->sources[0].layout;
        const grid_item item = item_of_grid(grid, index, layout->width);
        const uint32_t image = item.row / step->rowCount, row = step->firstRow + item.row % step->rowCount;
        const uint32_t first = item.block * VENULE_LANES, lanes = least(layout->channels - first, VENULE_LANES);
        const venule_source *source = &step->sources[image];
        const float *in = source_row(source, row) + (size_t)item.block * source->layout.blockStride;
        float *out = result_row(result, row) + (size_t)image * p->image + (size_t)first * p->channel;
        for (size_t x = item.firstColumn; x < item.endColumn; x++) {
            float *to = out + x * p->column;
            if (p->channel == 1 && lanes == VENULE_LANES) store(to, load(in + x * VENULE_LANES));
            else
                for (uint32_t l = 0; l < lanes; l++) to[(size_t)l * p->channel] = in[x * VENULE_LANES + l];
        }
    }
}
