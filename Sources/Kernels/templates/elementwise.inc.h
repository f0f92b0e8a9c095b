// Functions of one element, and scale and shift per channel.

static void run_elementwise(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width;
    const item_grid grid = make_grid(step->rowCount, block_count(result->layout.channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row;
        const size_t first = (size_t)item.firstColumn * VENULE_LANES;
        activate(step->parameters, source_row(source, row) + (size_t)item.block * source->layout.blockStride + first,
                 result_row(result, row) + (size_t)item.block * result->layout.blockStride + first,
                 item.endColumn - item.firstColumn, channel_mask(result->layout.channels, item.block));
    }
}

static void run_scale_shift(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_activation *activation = step->parameters;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width;
    const item_grid grid = make_grid(step->rowCount, block_count(result->layout.channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row;
        const vint mask = channel_mask(result->layout.channels, item.block);
        const vfloat scale = masked(load(step->constants[0] + (size_t)item.block * VENULE_LANES), mask);
        const vfloat shift = masked(load(step->constants[1] + (size_t)item.block * VENULE_LANES), mask);
        const float *in = source_row(source, row) + (size_t)item.block * source->layout.blockStride;
        float *out = result_row(result, row) + (size_t)item.block * result->layout.blockStride;
        for (size_t x = item.firstColumn; x < item.endColumn; x++)
            store(out + x * VENULE_LANES, fused(load(in + x * VENULE_LANES), scale, shift));
        if (activation->function != FUNCTION_IDENTITY) {
            out += (size_t)item.firstColumn * VENULE_LANES;
            activate(activation, out, out, item.endColumn - item.firstColumn, mask);
        }
    }
}
