// Direct convolution with any window, stride and dilation, over one or several sources. It computes one register tile
// after the other.

/// Floats of packed weights for one block of output channels.
static size_t direct_weights_per_block(const venule_step *step) {
    const venule_convolution *p = step->parameters;
    size_t channels = 0;
    for (uint32_t s = 0; s < step->sourceCount; s++) channels += step->sources[s].layout.channels;
    return channels * p->kernelHeight * p->kernelWidth * VENULE_LANES;
}

static const convolution_tiles *choose_tiles(uint32_t blocks, uint32_t channelsLeft) {
#if CONVOLUTION_BLOCKS == 2
    if (blocks == 2) return &pairTiles;
#endif
#ifdef CONVOLUTION_HALF_RUN
    if (channelsLeft <= VENULE_LANES / 2) return &halfTiles;
#endif
    (void)blocks;
    (void)channelsLeft;
    return &singleTiles;
}

/// Applies activations other than ReLU to the pixels that a tile has just stored.
static void activate_tile(const convolution_tile *tile, uint32_t block, uint32_t blocks, uint32_t channels, int isRun) {
    const venule_activation *activation = &tile->parameters->activation;
    for (uint32_t b = 0; b < blocks; b++) {
        const vint mask = channel_mask(channels, block + b);
        const uint32_t spans = isRun ? 1 : tile->pixels;
        for (uint32_t i = 0; i < spans; i++) {
            float *out = tile->out[i] + b * tile->outStride;
            activate(activation, out, out, isRun ? tile->pixels : 1, mask);
        }
    }
}

/// Fills in the pointers of a tile whose pixels may lie in several rows. Pointers beyond `pixels` repeat the last
/// one.
static void point_at_pixels(convolution_tile *tile, const convolution_region *region, uint32_t row, uint32_t column) {
    const venule_convolution *p = tile->parameters;
    for (uint32_t i = 0; i < CONVOLUTION_POINTERS; i++) {
        tile->row[i] = (int64_t)row * p->strideHeight - p->paddingTop;
        tile->column[i] = ((ptrdiff_t)column * p->strideWidth - p->paddingLeft) * VENULE_LANES;
        tile->out[i] = region_pixel(region, row, column);
        if (i + 1 >= tile->pixels) continue;
        if (++column == region->firstColumn + region->columns) {
            column = region->firstColumn;
            row++;
        }
    }
}

/// Computes one tile at pixel number `pixel` of a region; returns how many pixels it has computed.
static uint32_t compute_tile(convolution_tile *tile, const convolution_tiles *tiles, const convolution_region *region,
    uint32_t pixel, int *isRun) {
    const venule_convolution *p = tile->parameters;
    const uint32_t row = region->firstRow + pixel / region->columns;
    const uint32_t column = region->firstColumn + pixel % region->columns;
    const uint32_t left = region->end - pixel;
    *isRun = p->strideWidth == 1 && least(left, region->firstColumn + region->columns - column) >= tiles->runPixels;
    if (*isRun) {
        tile->pixels = tiles->runPixels;
        tile->row[0] = (int64_t)row * p->strideHeight - p->paddingTop;
        tile->column[0] = ((ptrdiff_t)column - p->paddingLeft) * VENULE_LANES;
        tile->out[0] = region_pixel(region, row, column);
        tiles->run(tile);
    } else {
        int size = 0;
        while (size < 2 && tiles->pointers[size].pixels < left) size++;
        tile->pixels = least(tiles->pointers[size].pixels, left);
        point_at_pixels(tile, region, row, column);
        tiles->pointers[size].function(tile);
    }
    return tile->pixels;
}

/// Moves on to the next slab of at most `blocks` input blocks; returns 0 after the last one.
static int next_slab(convolution_tile *tile, uint32_t sourceCount, uint32_t blocks) {
    const venule_convolution *p = tile->parameters;
    const size_t channelWeights = (size_t)p->kernelHeight * p->kernelWidth * VENULE_LANES;
    for (; tile->inputBlocks > 0; tile->inputBlocks--) {
        const uint32_t left = tile->sources[tile->firstSource].layout.channels - tile->firstChannel;
        tile->firstWeight += least(left, VENULE_LANES) * channelWeights;
        tile->firstChannel += VENULE_LANES;
        if (left <= VENULE_LANES) {
            tile->firstSource++;
            tile->firstChannel = 0;
        }
    }
    if (tile->firstSource == sourceCount) return 0;
    uint32_t known = block_count(tile->sources[tile->firstSource].layout.channels - tile->firstChannel);
    for (uint32_t s = tile->firstSource + 1; s < sourceCount && known < blocks; s++)
        known += block_count(tile->sources[s].layout.channels);
    tile->inputBlocks = least(known, blocks);
    return 1;
}

/// How many input blocks a partial sum has, which is part of the numeric contract (Documentation/Numerics.md): as
/// many as have no more than 144 products, and at least one.
static uint32_t partial_blocks(const venule_convolution *p) {
    const uint64_t products = (uint64_t)p->kernelHeight * p->kernelWidth * VENULE_LANES;
    return products < 144 ? (uint32_t)(144 / products) : 1;
}

/// Bytes that a panel holds if it holds more than one partial sum. PlanFormat computes the scratch with the same
/// number.
#define CONVOLUTION_PANEL_BYTES (40u << 10)

/// How many input blocks a slab has. With many channels, the weights of a group of output blocks do not fit into the
/// first-level cache, and every tile would fetch them again. So all tiles of a region go through one slab of weights
/// before the next slab begins. Expanded weights also have to fit into their panel.
static uint32_t slab_blocks(const convolution_tile *tile, uint32_t outputBlocks) {
    const venule_convolution *p = tile->parameters;
    const int expands = p->weights != VENULE_WEIGHTS_FLOAT32;
    if (!expands && tile->weightStride * outputBlocks * sizeof(float) <= CONVOLUTION_CACHED_BYTES) return UINT32_MAX;
    const size_t block =
        (size_t)p->kernelHeight * p->kernelWidth * VENULE_LANES * VENULE_LANES * sizeof(float) * outputBlocks;
    const uint32_t blocks = (uint32_t)((expands ? CONVOLUTION_PANEL_BYTES : CONVOLUTION_SLAB_BYTES) / block);
    return most(blocks - blocks % tile->partialBlocks, tile->partialBlocks);
}

static void compute_direct_region(
    const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region) {
    const venule_convolution *p = step->parameters;
    const uint32_t channels = step->results[0].layout.channels;
    const uint32_t function = p->activation.function;
    const convolution_tiles *tiles = choose_tiles(blocks, channels - block * VENULE_LANES);
    convolution_tile tile;
    tile.parameters = p;
    tile.sources = step->sources;
    tile.firstSource = tile.firstChannel = tile.inputBlocks = 0;
    const size_t weightsPerBlock = direct_weights_per_block(step);
    tile.weightStride = weightsPerBlock;
    tile.firstWeight = block * weightsPerBlock;
    tile.bias = step->constants[1] + (size_t)block * VENULE_LANES;
    tile.outStride = region->blockStride;
    tile.isFirst = 1;
    tile.partialBlocks = partial_blocks(p);
    const uint32_t slab = slab_blocks(&tile, blocks);
    while (next_slab(&tile, step->sourceCount, slab)) {
        convolution_tile next = tile;
        const int isLast = !next_slab(&next, step->sourceCount, slab);
        const int activatesLater = isLast && function != FUNCTION_RELU && function != FUNCTION_IDENTITY;
        tile.relu = isLast && function == FUNCTION_RELU;
        tile.weightStride = weightsPerBlock;
        tile.weights = weights_as_floats(step, p->weights, tile.firstWeight, next.firstWeight - tile.firstWeight,
            blocks, &tile.weightStride, region->panel);
        for (uint32_t pixel = region->first; pixel < region->end;) {
            int isRun;
            pixel += compute_tile(&tile, tiles, region, pixel, &isRun);
            if (activatesLater) activate_tile(&tile, block, blocks, channels, isRun);
        }
        tile.isFirst = 0;
    }
}

static void run_direct_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    run_convolution(step, firstItem, endItem, scratch, compute_direct_region);
}
