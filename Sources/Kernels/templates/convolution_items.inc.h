// How the convolutions divide a step into items, and the max pooling that may be fused behind them.
//
// An item is a group of output blocks in a region of the unpooled image. Without pooling, the rows of a step are
// taken as one long run of pixels that is cut into chunks, so that tiles of narrow images reach across the ends of
// rows. With pooling, a region is one or several windows high, and rows of pixels are cut at multiples of the window.

/// A region: the pixels [first, end) of some columns of some rows, numbered row by row, and where their results go.
typedef struct {
    uint32_t firstRow, firstColumn, columns;
    uint32_t first, end;
    /// The rows of a result, from image row resultFirstRow on; or null, if `scratch` holds the region densely.
    float *const *rows;
    int32_t resultFirstRow;
    float *scratch;
    /// The panel for expanded weights.
    float *panel;
    /// Floats from a row's start to the item's first output block, and from an output block to the next.
    size_t blockOffset, blockStride;
} convolution_region;

INLINE float *region_pixel(const convolution_region *region, uint32_t row, uint32_t column) {
    if (region->scratch)
        return region->scratch
            + ((size_t)(row - region->firstRow) * region->columns + (column - region->firstColumn)) * VENULE_LANES;
    return region->rows[(int64_t)row - region->resultFirstRow] + region->blockOffset + (size_t)column * VENULE_LANES;
}

/// Computes output blocks [block, block + blocks) of a region.
typedef void (*convolution_region_function)(
    const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region);

typedef struct {
    uint32_t groups, blocksPerGroup;
    /// Without pooling a region is a chunk of `chunkPixels` pixels. With pooling it is a chunk of columns in a band
    /// of `bandRows` rows.
    uint32_t bands, bandRows, chunks, chunkPixels;
} convolution_items;

/// A chunk has at least about this many multiply-accumulates, because otherwise handing it to a thread costs more
/// than it gains …
#define CONVOLUTION_ITEM_WORK (1u << 20)
/// … and has at least this many pixels, since its weights are read once for each.
#define CONVOLUTION_ITEM_PIXELS 192
/// Chunks are multiples of this, which all tiles divide.
#define CONVOLUTION_CHUNK 24

INLINE int convolution_pools(const venule_convolution *p) { return p->poolingHeight > 1 || p->poolingWidth > 1; }

static uint32_t convolution_chunk_pixels(const venule_step *step, uint32_t pixels, uint32_t groups) {
    const venule_convolution *p = step->parameters;
    uint64_t channels = 0;
    for (uint32_t s = 0; s < step->sourceCount; s++) channels += step->sources[s].layout.channels;
    uint64_t work = (channels / p->groups + 1) * p->kernelHeight * p->kernelWidth * VENULE_LANES;
    uint64_t wanted = CONVOLUTION_ITEM_WORK / work;
    if (wanted < CONVOLUTION_ITEM_PIXELS) wanted = CONVOLUTION_ITEM_PIXELS;
    if (groups < GRID_ITEMS) {
        uint32_t share = quotient_up(pixels, quotient_up(GRID_ITEMS, groups));
        if (share < wanted) wanted = share;
    }
    wanted = (wanted + CONVOLUTION_CHUNK - 1) / CONVOLUTION_CHUNK * CONVOLUTION_CHUNK;
    return wanted < pixels ? (uint32_t)wanted : most(pixels, 1);
}

static convolution_items divide_convolution(const venule_step *step) {
    const venule_convolution *p = step->parameters;
    convolution_items items;
    items.blocksPerGroup = CONVOLUTION_BLOCKS;
    items.groups = quotient_up(block_count(step->results[0].layout.channels), CONVOLUTION_BLOCKS);
    if (!convolution_pools(p)) {
        uint32_t pixels = step->rowCount * p->imageWidth;
        items.bands = 1;
        items.bandRows = step->rowCount;
        items.chunkPixels = convolution_chunk_pixels(step, pixels, items.groups);
        items.chunks = quotient_up(pixels, items.chunkPixels);
        return items;
    }
    items.bandRows = p->poolingHeight;
    uint32_t windows = quotient_up(step->rowCount, p->poolingHeight);
    if (p->keepsUnpooled) {
        // Nothing has to fit into the scratch, so that tiles of a narrow image can reach across several rows of
        // windows.
        uint32_t together = CONVOLUTION_ITEM_PIXELS / most(p->poolingHeight * p->imageWidth, 1);
        together = least(most(together, 1), windows);
        items.bandRows *= most(together, 1);
    }
    items.bands = quotient_up(step->rowCount, items.bandRows);
    items.chunks = 1;
    items.chunkPixels = p->imageWidth;
    uint32_t known = items.groups * items.bands;
    if (known > 0 && known < GRID_ITEMS && p->imageWidth >= 2 * GRID_COLUMNS) {
        uint32_t wanted = least(quotient_up(GRID_ITEMS, known), p->imageWidth / GRID_COLUMNS);
        uint32_t columns = quotient_up(p->imageWidth, wanted);
        items.chunkPixels = quotient_up(columns, p->poolingWidth) * p->poolingWidth;
        items.chunks = quotient_up(p->imageWidth, items.chunkPixels);
    }
    return items;
}

static uint32_t count_convolution(const venule_step *step) {
    convolution_items items = divide_convolution(step);
    return items.groups * items.bands * items.chunks;
}

/// Pools output block `block`, which has number `index` in its group, of a region whose first row is the first of a
/// window.
static void pool_region(
    const venule_step *step, const convolution_region *region, uint32_t block, uint32_t index, uint32_t rows) {
    const venule_convolution *p = step->parameters;
    const venule_result *pooled = &step->results[p->keepsUnpooled ? 1 : 0];
    const uint32_t firstColumn = region->firstColumn / p->poolingWidth;
    const uint32_t endColumn = (region->firstColumn + region->columns) / p->poolingWidth;
    for (uint32_t row = region->firstRow; row + p->poolingHeight <= region->firstRow + rows; row += p->poolingHeight) {
        float *out = result_row(pooled, row / p->poolingHeight) + (size_t)block * pooled->layout.blockStride;
        for (uint32_t column = firstColumn; column < endColumn; column++) {
            vfloat all = splat(-__builtin_inff());
            for (uint32_t r = 0; r < p->poolingHeight; r++) {
                const float *in = region_pixel(region, row + r, column * p->poolingWidth) + index * region->blockStride;
                vfloat line = load(in);
                for (uint32_t c = 1; c < p->poolingWidth; c++) line = larger(line, load(in + c * VENULE_LANES));
                all = larger(all, line);
            }
            store(out + (size_t)column * VENULE_LANES, all);
        }
    }
}

static void run_pooled_item(const venule_step *step, const convolution_items *items, uint32_t block, uint32_t blocks,
    uint32_t piece, float *scratch, convolution_region_function compute) {
    const venule_convolution *p = step->parameters;
    const uint32_t band = piece / items->chunks;
    const uint32_t rows = least(items->bandRows, step->rowCount - band * items->bandRows);
    if (!p->keepsUnpooled && rows < p->poolingHeight) return;
    convolution_region region;
    region.firstRow = step->firstRow + band * items->bandRows;
    region.firstColumn = piece % items->chunks * items->chunkPixels;
    region.columns = least(items->chunkPixels, p->imageWidth - region.firstColumn);
    region.first = 0;
    region.end = rows * region.columns;
    region.rows = step->results[0].rows;
    region.resultFirstRow = step->results[0].firstRow;
    region.scratch = p->keepsUnpooled ? (float *)0 : scratch;
    region.panel = p->keepsUnpooled ? scratch : scratch + (size_t)p->poolingHeight * p->imageWidth * 2 * VENULE_LANES;
    region.blockStride =
        p->keepsUnpooled ? step->results[0].layout.blockStride : (size_t)rows * region.columns * VENULE_LANES;
    region.blockOffset = (size_t)block * region.blockStride;
    compute(step, block, blocks, &region);
    for (uint32_t b = 0; b < blocks; b++) pool_region(step, &region, block + b, b, rows);
}

/// Items are ordered by their group of output blocks first, so that items that follow each other read the same
/// weights.
INLINE void run_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch,
    convolution_region_function compute) {
    const venule_convolution *p = step->parameters;
    const convolution_items items = divide_convolution(step);
    const uint32_t pieces = items.bands * items.chunks;
    const uint32_t allBlocks = block_count(step->results[0].layout.channels);
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint32_t block = item / pieces * items.blocksPerGroup;
        const uint32_t blocks = least(items.blocksPerGroup, allBlocks - block);
        const uint32_t piece = item % pieces;
        if (convolution_pools(p)) {
            run_pooled_item(step, &items, block, blocks, piece, scratch, compute);
            continue;
        }
        convolution_region region;
        region.firstRow = step->firstRow;
        region.firstColumn = 0;
        region.columns = p->imageWidth;
        region.first = piece * items.chunkPixels;
        region.end = least(region.first + items.chunkPixels, step->rowCount * p->imageWidth);
        region.rows = step->results[0].rows;
        region.resultFirstRow = step->results[0].firstRow;
        region.scratch = (float *)0;
        region.panel = scratch;
        region.blockStride = step->results[0].layout.blockStride;
        region.blockOffset = (size_t)block * region.blockStride;
        compute(step, block, blocks, &region);
    }
}
