// Direct convolution of any window, stride and dilation over several sources, one register tile after the other.

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

/// Activations other than ReLU, on the pixels that a tile has just stored.
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

/// Fills the pointers of a tile whose pixels may lie in several rows; the ones beyond `pixels` repeat the last.
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

static void compute_direct_region(
    const venule_step *step, uint32_t block, uint32_t blocks, const convolution_region *region
) {
    const venule_convolution *p = step->parameters;
    const uint32_t channels = step->results[0].layout.channels;
    const convolution_tiles *tiles = choose_tiles(blocks, channels - block * VENULE_LANES);
    const uint32_t function = p->activation.function;
    convolution_tile tile;
    tile.parameters = p;
    tile.sources = step->sources;
    tile.sourceCount = step->sourceCount;
    tile.weightStride = direct_weights_per_block(step);
    tile.weights = step->constants[0] + block * tile.weightStride;
    tile.bias = step->constants[1] + (size_t)block * VENULE_LANES;
    tile.outStride = region->blockStride;
    tile.relu = function == FUNCTION_RELU;
    const int activatesLater = function != FUNCTION_RELU && function != FUNCTION_IDENTITY;

    uint32_t pixel = region->first;
    while (pixel < region->end) {
        const uint32_t row = region->firstRow + pixel / region->columns;
        const uint32_t offset = pixel % region->columns;
        const uint32_t left = region->end - pixel;
        const int isRun =
            p->strideWidth == 1 && least(left, region->columns - offset) >= tiles->runPixels;
        if (isRun) {
            tile.pixels = tiles->runPixels;
            tile.row[0] = (int64_t)row * p->strideHeight - p->paddingTop;
            tile.column[0] = ((ptrdiff_t)(region->firstColumn + offset) - p->paddingLeft) * VENULE_LANES;
            tile.out[0] = region_pixel(region, row, region->firstColumn + offset);
            tiles->run(&tile);
        } else {
            int size = 0;
            while (size < 2 && tiles->pointers[size].pixels < left) size++;
            tile.pixels = least(tiles->pointers[size].pixels, left);
            point_at_pixels(&tile, region, row, region->firstColumn + offset);
            tiles->pointers[size].function(&tile);
        }
        if (activatesLater) activate_tile(&tile, block, blocks, channels, isRun);
        pixel += tile.pixels;
    }
}

static void run_direct_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    run_convolution(step, firstItem, endItem, scratch, compute_direct_region);
}
