// Dense NHWC rows of an entry point to blocked rows and back. `blockStride` of a dense row is its channel count.

static void run_input(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = result->layout.width, channels = result->layout.channels;
    const item_grid grid = make_grid(step->rowCount, block_count(channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row, first = item.block * VENULE_LANES;
        const uint32_t lanes = least(channels - first, VENULE_LANES);
        const float *in = source_row(source, row) + first;
        float *out = result_row(result, row) + (size_t)item.block * result->layout.blockStride;
        for (size_t x = item.firstColumn; x < item.endColumn; x++) {
            const float *from = in + x * source->layout.blockStride;
            if (lanes == VENULE_LANES) {
                store(out + x * VENULE_LANES, load(from));
                continue;
            }
            // Not a whole vector: the last pixel's would reach beyond the row.
            store(out + x * VENULE_LANES, splat(0.0f));
            for (uint32_t l = 0; l < lanes; l++) out[x * VENULE_LANES + l] = from[l];
        }
    }
}

static uint32_t count_output(const venule_step *step) {
    const venule_layout *layout = &step->sources[0].layout;
    return grid_items(make_grid(step->rowCount, block_count(layout->channels), layout->width));
}

static void run_output(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_source *source = &step->sources[0];
    const venule_result *result = &step->results[0];
    const uint32_t width = source->layout.width, channels = source->layout.channels;
    const item_grid grid = make_grid(step->rowCount, block_count(channels), width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, width);
        const uint32_t row = step->firstRow + item.row, first = item.block * VENULE_LANES;
        const uint32_t lanes = least(channels - first, VENULE_LANES);
        const float *in = source_row(source, row) + (size_t)item.block * source->layout.blockStride;
        float *out = result_row(result, row) + first;
        for (size_t x = item.firstColumn; x < item.endColumn; x++) {
            float *to = out + x * result->layout.blockStride;
            if (lanes == VENULE_LANES) store(to, load(in + x * VENULE_LANES));
            else
                for (uint32_t l = 0; l < lanes; l++) to[l] = in[x * VENULE_LANES + l];
        }
    }
}
