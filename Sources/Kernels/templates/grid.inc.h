// How families with little work for each element divide a step: an item is a block of channels of a row. If that
// gives too few items to share among threads, rows are also cut into chunks of columns.

/// If there are fewer items than this and rows are long, rows are cut into chunks.
#define GRID_ITEMS 4
/// No chunk is narrower than this.
#define GRID_COLUMNS 64

typedef struct {
    uint32_t rows, blocks, chunks, chunkColumns;
} item_grid;

typedef struct {
    uint32_t row, block, firstColumn, endColumn;
} grid_item;

INLINE item_grid make_grid(uint32_t rows, uint32_t blocks, uint32_t columns) {
    item_grid grid = {rows, blocks, 1, columns};
    uint32_t items = rows * blocks;
    if (items == 0 || items >= GRID_ITEMS) return grid;
    uint32_t wanted = least(quotient_up(GRID_ITEMS, items), most(columns / GRID_COLUMNS, 1));
    grid.chunkColumns = quotient_up(columns, wanted);
    grid.chunks = quotient_up(columns, grid.chunkColumns);
    return grid;
}

INLINE uint32_t grid_items(item_grid grid) { return grid.rows * grid.blocks * grid.chunks; }

/// Blocks are innermost, so that neighbouring items read the same rows.
INLINE grid_item item_of_grid(item_grid grid, uint32_t index, uint32_t columns) {
    grid_item item;
    item.block = index % grid.blocks;
    index /= grid.blocks;
    item.firstColumn = index % grid.chunks * grid.chunkColumns;
    item.endColumn = least(item.firstColumn + grid.chunkColumns, columns);
    item.row = index / grid.chunks;
    return item;
}

/// The number of items of a family that writes each block of a row of result 0 by itself.
static uint32_t count_result_blocks(const venule_step *step) {
    const venule_layout *layout = &step->results[0].layout;
    return grid_items(make_grid(step->rowCount, block_count(layout->channels), layout->width));
}

/// The same for a family that needs all blocks of a pixel together.
static uint32_t count_result_rows(const venule_step *step) {
    return grid_items(make_grid(step->rowCount, 1, step->results[0].layout.width));
}

/// What an item of such a family writes: some columns of a row of result 0.
typedef struct {
    uint32_t row, block, firstColumn, endColumn;
    /// The block's column 0.
    float *out;
} result_part;

typedef void part_writer(const venule_step *step, const result_part *part);

INLINE void write_parts(
    const venule_step *step, uint32_t blocks, uint32_t firstItem, uint32_t endItem, part_writer *write) {
    const venule_result *result = &step->results[0];
    const item_grid grid = make_grid(step->rowCount, blocks, result->layout.width);
    for (uint32_t index = firstItem; index < endItem; index++) {
        const grid_item item = item_of_grid(grid, index, result->layout.width);
        const uint32_t row = step->firstRow + item.row;
        const result_part part = {
            row,
            item.block,
            item.firstColumn,
            item.endColumn,
            result_row(result, row) + (size_t)item.block * result->layout.blockStride,
        };
        write(step, &part);
    }
}

/// Runs the items that `count_result_blocks` counts.
INLINE void write_blocks(const venule_step *step, uint32_t firstItem, uint32_t endItem, part_writer *write) {
    write_parts(step, block_count(step->results[0].layout.channels), firstItem, endItem, write);
}

/// Runs the items that `count_result_rows` counts, with `part.block` 0.
INLINE void write_rows(const venule_step *step, uint32_t firstItem, uint32_t endItem, part_writer *write) {
    write_parts(step, 1, firstItem, endItem, write);
}

/// Column 0 of the row of the source that a part is made of, if source and result have the same blocks.
INLINE const float *source_of_part(const venule_source *source, int64_t row, const result_part *part) {
    return source_row(source, row) + (size_t)part->block * source->layout.blockStride;
}

/// The lanes of a part that are channels.
INLINE vint part_mask(const venule_step *step, const result_part *part) {
    return channel_mask(step->results[0].layout.channels, part->block);
}

/// Applies an activation to what a part holds.
INLINE void activate_part(const venule_activation *activation, const result_part *part, vint mask) {
    if (activation->function == FUNCTION_IDENTITY) return;
    float *first = part->out + (size_t)part->firstColumn * VENULE_LANES;
    activate(activation, first, first, part->endColumn - part->firstColumn, mask);
}
