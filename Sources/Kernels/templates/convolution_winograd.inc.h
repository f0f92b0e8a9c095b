// 3x3 convolution of stride 1 by Winograd's algorithm F(m x m, 3x3) with m = WINOGRAD_TILE: a tile of m x m results
// takes (m + 2)² products for each pair of channels instead of 9m². The tiles of an image begin at row 0 and column
// 0. This file is included once for each m, with WINOGRAD_TILE defined.
//
// Bᵀ·d·B transforms a window d of (m + 2)² pixels. At each of its positions the products with the transformed weights
// are summed over the input channels, which gives M, and Aᵀ·M·A gives the results. The weights are transformed, by
// G·g·Gᵀ, when they are packed. In both transforms the one along the rows' axis comes first.

#define WINOGRAD_SPAN (WINOGRAD_TILE + 2)
#define WINOGRAD_NAME(name) WINOGRAD_JOINED(name, WINOGRAD_TILE)
#define WINOGRAD_JOINED(name, tile) WINOGRAD_JOIN(name, tile)
#define WINOGRAD_LOW(pair) ((pair) == 0 ? 0 : 2 * (pair)-1)
#define WINOGRAD_HIGH(pair) ((pair) == 0 ? WINOGRAD_SPAN - 1 : 2 * (pair))

/// The transform along the rows' axis of one column of pixels, two lines of it.
INLINE void WINOGRAD_NAME(transform_column_)(
    const float *const *rows, ptrdiff_t at, const int pair, vline *low, vline *high) {
    vline d[WINOGRAD_SPAN];
    UNROLL for (int r = 0; r < WINOGRAD_SPAN; r++) d[r] = load_line(rows[r] + at);
    WINOGRAD_NAME(source_pair_)(pair, d, low, high);
}

/// Computes two lines of positions of `tiles` neighbouring tiles. Neighbours share two columns, which stay in
/// registers. Meanwhile it fetches a third of the pixels of as many tiles, from `next` on, into the cache, unless
/// that is NO_TILE.
INLINE void WINOGRAD_NAME(transform_pair_)(
    const float *const *rows, ptrdiff_t at, ptrdiff_t next, uint32_t tiles, const int pair, float *out, size_t stride) {
    vline low[WINOGRAD_SPAN], high[WINOGRAD_SPAN];
    float *lowOut = out + WINOGRAD_LOW(pair) * WINOGRAD_SPAN * stride;
    float *highOut = out + WINOGRAD_HIGH(pair) * WINOGRAD_SPAN * stride;
    UNROLL for (int c = 0; c < 2; c++)
        WINOGRAD_NAME(transform_column_)(rows, at + c * VENULE_LANES, pair, &low[c], &high[c]);
    for (uint32_t tile = 0; tile < tiles; tile++) {
        if (next != NO_TILE) {
            UNROLL for (int r = 2 * pair; r < 2 * pair + 2; r++) UNROLL for (int c = 0; c < WINOGRAD_TILE; c++)
                prefetch_read(rows[r] + next + c * VENULE_LANES);
            next += WINOGRAD_TILE * VENULE_LANES;
        }
        UNROLL for (int c = 2; c < WINOGRAD_SPAN; c++)
            WINOGRAD_NAME(transform_column_)(rows, at + c * VENULE_LANES, pair, &low[c], &high[c]);
        UNROLL for (int k = 0; k < WINOGRAD_SPAN / 2; k++) {
            vline first, last;
            WINOGRAD_NAME(source_pair_)(k, low, &first, &last);
            store_line(lowOut + WINOGRAD_LOW(k) * stride, first);
            store_line(lowOut + WINOGRAD_HIGH(k) * stride, last);
            WINOGRAD_NAME(source_pair_)(k, high, &first, &last);
            store_line(highOut + WINOGRAD_LOW(k) * stride, first);
            store_line(highOut + WINOGRAD_HIGH(k) * stride, last);
        }
        UNROLL for (int c = 0; c < 2; c++) {
            low[c] = low[WINOGRAD_TILE + c];
            high[c] = high[WINOGRAD_TILE + c];
        }
        at += WINOGRAD_TILE * VENULE_LANES;
        lowOut += VENULE_LANES;
        highOut += VENULE_LANES;
    }
}

/// Computes all positions of neighbouring tiles, of 16 channels. It takes a few tiles at a time, whose pixels stay in
/// the first-level cache. `following` is the tile at which the next 16 channels go on, or NO_TILE.
static void WINOGRAD_NAME(transform_tiles_)(
    const float *const *rows, ptrdiff_t at, ptrdiff_t following, uint32_t tiles, float *out, size_t stride) {
    for (uint32_t done = 0; done < tiles; done += 16) {
        const uint32_t count = least(tiles - done, 16);
        const ptrdiff_t end = at + (ptrdiff_t)count * WINOGRAD_TILE * VENULE_LANES;
        ptrdiff_t next = done + count < tiles ? end : following;
        for (int lane = 0; lane < VENULE_LANES; lane += WINOGRAD_LANES) {
            UNROLL for (int pair = 0; pair < WINOGRAD_SPAN / 2; pair++)
                WINOGRAD_NAME(transform_pair_)(rows, at + lane, next, count, pair, out + lane, stride);
            next = NO_TILE;
        }
        at = end;
        out += (size_t)count * VENULE_LANES;
    }
}

/// Transforms a tile that reaches beyond the last row or column of the image. What lies beyond is taken as zero.
static void WINOGRAD_NAME(transform_edge_)(
    const float *const *rows, uint32_t rowCount, ptrdiff_t at, uint32_t columns, float *out, size_t stride) {
    float pixels[WINOGRAD_SPAN][WINOGRAD_SPAN * VENULE_LANES] __attribute__((aligned(64)));
    const float *edge[WINOGRAD_SPAN];
    for (uint32_t r = 0; r < WINOGRAD_SPAN; r++) {
        edge[r] = pixels[r];
        for (uint32_t c = 0; c < WINOGRAD_SPAN; c++) {
            const int isInside = r < rowCount && c < columns;
            store(pixels[r] + c * VENULE_LANES, isInside ? load(rows[r] + at + c * VENULE_LANES) : splat(0.0f));
        }
    }
    WINOGRAD_NAME(transform_tiles_)(edge, 0, NO_TILE, 1, out, stride);
}

/// The transformed input of tiles firstTile ..< endTile of the step.
static void WINOGRAD_NAME(transform_chunk_)(
    const venule_step *step, const winograd_items *items, uint32_t firstTile, uint32_t endTile, float *input) {
    const venule_convolution *p = step->parameters;
    for (uint32_t tile = firstTile; tile < endTile;) {
        const uint32_t tileRow = tile / items->tileColumns, tileColumn = tile % items->tileColumns;
        const uint32_t row = step->firstRow + tileRow * WINOGRAD_TILE;
        const uint32_t rows = least(step->rowCount - tileRow * WINOGRAD_TILE, WINOGRAD_TILE) + 2;
        const uint32_t columns = least(p->imageWidth - tileColumn * WINOGRAD_TILE, WINOGRAD_TILE) + 2;
        const int isEdge = rows < WINOGRAD_SPAN || columns < WINOGRAD_SPAN;
        uint32_t count = 1;
        if (!isEdge) count = least(endTile - tile, p->imageWidth / WINOGRAD_TILE - tileColumn);
        float *out = input + (size_t)(tile - firstTile) * VENULE_LANES;
        for (uint32_t s = 0; s < step->sourceCount; s++) {
            const venule_source *source = &step->sources[s];
            const float *const *from = source->rows + ((int64_t)row - p->paddingTop - source->firstRow);
            ptrdiff_t at = ((ptrdiff_t)tileColumn * WINOGRAD_TILE - p->paddingLeft) * VENULE_LANES;
            const ptrdiff_t stride = (ptrdiff_t)source->layout.blockStride;
            for (uint32_t channel = 0; channel < source->layout.channels; channel += VENULE_LANES) {
                const int isLast = channel + VENULE_LANES >= source->layout.channels;
                const ptrdiff_t next = isLast ? NO_TILE : at + stride;
                if (isEdge) WINOGRAD_NAME(transform_edge_)(from, rows, at, columns, out, items->inputStride);
                else WINOGRAD_NAME(transform_tiles_)(from, at, next, count, out, items->inputStride);
                at += stride;
                out += (size_t)items->chunkTiles * VENULE_LANES;
            }
        }
        tile += count;
    }
}

/// The results of one tile from its products, with bias and perhaps ReLU.
INLINE void WINOGRAD_NAME(compute_results_)(
    const float *products, size_t stride, const float *bias, int relu, float *const *out) {
    for (int lane = 0; lane < VENULE_LANES; lane += WINOGRAD_LANES) {
        vline columns[WINOGRAD_TILE][WINOGRAD_SPAN];
        UNROLL for (int c = 0; c < WINOGRAD_SPAN; c++) {
            vline m[WINOGRAD_SPAN], results[WINOGRAD_TILE];
            UNROLL for (int r = 0; r < WINOGRAD_SPAN; r++) m[r] =
                load_line(products + (r * WINOGRAD_SPAN + c) * stride + lane);
            WINOGRAD_NAME(result_line_)(m, results);
            UNROLL for (int r = 0; r < WINOGRAD_TILE; r++) columns[r][c] = results[r];
        }
        const vline b = load_line(bias + lane);
        UNROLL for (int r = 0; r < WINOGRAD_TILE; r++) {
            vline results[WINOGRAD_TILE];
            WINOGRAD_NAME(result_line_)(columns[r], results);
            UNROLL for (int c = 0; c < WINOGRAD_TILE; c++) {
                vline result = results[c] + b;
                if (relu) result = relu_line(result);
                store_line(out[r] + c * VENULE_LANES + lane, result);
            }
        }
    }
}

/// Stores the part of a tile's buffer that is inside the image, `rows` x `columns` pixels, and pools it.
static void WINOGRAD_NAME(finish_tile_)(const venule_step *step, uint32_t block, uint32_t row, uint32_t column,
    uint32_t rows, uint32_t columns, float *const *out, int isBuffer) {
    const venule_convolution *p = step->parameters;
    const int pools = convolution_pools(p);
    if (isBuffer && (!pools || p->keepsUnpooled)) {
        for (uint32_t r = 0; r < rows; r++) {
            float *to = result_row(&step->results[0], row + r) + (size_t)block * step->results[0].layout.blockStride;
            for (uint32_t c = 0; c < columns; c++)
                store(to + (size_t)(column + c) * VENULE_LANES, load(out[r] + c * VENULE_LANES));
        }
    }
    if (!pools) return;
    const venule_result *pooled = &step->results[p->keepsUnpooled ? 1 : 0];
    for (uint32_t top = 0; top + p->poolingHeight <= rows; top += p->poolingHeight) {
        float *to = result_row(pooled, (row + top) / p->poolingHeight) + (size_t)block * pooled->layout.blockStride;
        for (uint32_t left = 0; left + p->poolingWidth <= columns; left += p->poolingWidth) {
            vfloat all = splat(-__builtin_inff());
            for (uint32_t r = top; r < top + p->poolingHeight; r++) {
                vfloat line = load(out[r] + left * VENULE_LANES);
                for (uint32_t c = left + 1; c < left + p->poolingWidth; c++)
                    line = larger(line, load(out[r] + c * VENULE_LANES));
                all = larger(all, line);
            }
            store(to + (size_t)((column + left) / p->poolingWidth) * VENULE_LANES, all);
        }
    }
}

/// Results of output block `block` from its products, tile by tile.
static void WINOGRAD_NAME(compute_block_)(const venule_step *step, const winograd_items *items, uint32_t firstTile,
    uint32_t endTile, uint32_t block, const float *products) {
    const venule_convolution *p = step->parameters;
    const venule_result *image = &step->results[0];
    const float *bias = step->constants[1] + (size_t)block * VENULE_LANES;
    const uint32_t function = p->activation.function;
    const int pools = convolution_pools(p), relu = function == FUNCTION_RELU;
    const vint mask = channel_mask(image->layout.channels, block);
    float buffer[WINOGRAD_TILE][WINOGRAD_TILE * VENULE_LANES] __attribute__((aligned(64)));
    for (uint32_t tile = firstTile; tile < endTile; tile++, products += VENULE_LANES) {
        const uint32_t top = tile / items->tileColumns * WINOGRAD_TILE, row = step->firstRow + top;
        const uint32_t column = tile % items->tileColumns * WINOGRAD_TILE;
        const uint32_t rows = least(step->rowCount - top, WINOGRAD_TILE);
        const uint32_t columns = least(p->imageWidth - column, WINOGRAD_TILE);
        const int isBuffer = rows * columns < WINOGRAD_TILE * WINOGRAD_TILE || (pools && !p->keepsUnpooled);
        float *out[WINOGRAD_TILE];
        for (uint32_t r = 0; r < WINOGRAD_TILE; r++)
            out[r] = isBuffer ? buffer[r]
                              : result_row(image, row + r) + (size_t)block * image->layout.blockStride
                    + (size_t)column * VENULE_LANES;
        // This does not look for the ends of rows: what lies behind them is fetched a little too early, or in vain.
        if (!isBuffer)
            UNROLL for (uint32_t r = 0; r < WINOGRAD_TILE; r++) UNROLL for (uint32_t c = 0; c < WINOGRAD_TILE; c++)
                prefetch_write(out[r] + (PREFETCH_TILES * WINOGRAD_TILE + c) * VENULE_LANES);
        WINOGRAD_NAME(compute_results_)(products, items->productStride, bias, relu, out);
        if (function != FUNCTION_RELU && function != FUNCTION_IDENTITY)
            for (uint32_t r = 0; r < WINOGRAD_TILE; r++) activate(&p->activation, out[r], out[r], WINOGRAD_TILE, mask);
        if (isBuffer || pools) WINOGRAD_NAME(finish_tile_)(step, block, row, column, rows, columns, out, isBuffer);
    }
}

static uint32_t WINOGRAD_NAME(count_winograd_)(const venule_step *step) {
    const winograd_items items = divide_winograd(step, WINOGRAD_TILE);
    return items.chunks * items.parts;
}

static void WINOGRAD_NAME(run_winograd_)(
    const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    const winograd_items items = divide_winograd(step, WINOGRAD_TILE);
    float *products = scratch + items.positions * items.inputStride;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint32_t chunk = item / items.parts, part = item % items.parts;
        const uint32_t firstTile = chunk * items.chunkTiles;
        const uint32_t endTile = least(firstTile + items.chunkTiles, items.tiles);
        if (item == firstItem || part == 0) WINOGRAD_NAME(transform_chunk_)(step, &items, firstTile, endTile, scratch);
        const uint32_t endGroup = least((part + 1) * items.partGroups, items.groups);
        for (uint32_t group = part * items.partGroups; group < endGroup; group++) {
            compute_winograd_products(step, &items, endTile - firstTile, group, scratch, products);
            const uint32_t block = group * CONVOLUTION_BLOCKS;
            for (uint32_t b = 0; b < CONVOLUTION_BLOCKS && block + b < items.outputBlocks; b++) {
                const float *from = products + (size_t)b * items.chunkTiles * VENULE_LANES;
                WINOGRAD_NAME(compute_block_)(step, &items, firstTile, endTile, block + b, from);
            }
        }
    }
}

#undef WINOGRAD_TILE
#undef WINOGRAD_SPAN
#undef WINOGRAD_NAME
#undef WINOGRAD_JOINED
#undef WINOGRAD_LOW
#undef WINOGRAD_HIGH
