// Transposed convolution. For each output pixel it gathers the input pixels that contribute to it. In a row, the
// output pixels x ≡ phase (mod stride) have the same kernel columns, so that they are computed together.

/// How many channels a partial sum has, which is part of the numeric contract (Documentation/Numerics.md).
#define TRANSPOSED_PARTIAL_CHANNELS 128

typedef struct {
    const venule_transposed_convolution *parameters;
    const venule_source *source;
    const float *weights;
    /// Floats from the weights of one output block to those of the next.
    size_t weightStride;
    const float *bias;
    float *out;
    size_t outStride;
    /// Output row, and output column of the first pixel.
    uint32_t row, column;
    uint32_t relu;
} transposed_tile;

typedef void (*transposed_tile_function)(const transposed_tile *tile);

#if CONVOLUTION_BLOCKS == 2
#define TILE_NAME transposed_pair_large
#define TILE_PIXELS CONVOLUTION_PAIR_LARGE
#define TILE_BLOCKS 2
#include "transposed_tile.inc.h"
#define TILE_NAME transposed_pair_small
#define TILE_PIXELS CONVOLUTION_PAIR_SMALL
#define TILE_BLOCKS 2
#include "transposed_tile.inc.h"
#define TILE_NAME transposed_pair_one
#define TILE_PIXELS 1
#define TILE_BLOCKS 2
#include "transposed_tile.inc.h"
#endif
#define TILE_NAME transposed_single_large
#define TILE_PIXELS CONVOLUTION_SINGLE_LARGE
#define TILE_BLOCKS 1
#include "transposed_tile.inc.h"
#define TILE_NAME transposed_single_small
#define TILE_PIXELS CONVOLUTION_SINGLE_SMALL
#define TILE_BLOCKS 1
#include "transposed_tile.inc.h"
#define TILE_NAME transposed_single_one
#define TILE_PIXELS 1
#define TILE_BLOCKS 1
#include "transposed_tile.inc.h"

typedef struct {
    uint32_t pixels;
    transposed_tile_function function;
} transposed_tile_shape;

static const transposed_tile_shape transposedShapes[CONVOLUTION_BLOCKS][3] = {
    {{CONVOLUTION_SINGLE_LARGE, transposed_single_large}, {CONVOLUTION_SINGLE_SMALL, transposed_single_small},
        {1, transposed_single_one}},
#if CONVOLUTION_BLOCKS == 2
    {{CONVOLUTION_PAIR_LARGE, transposed_pair_large}, {CONVOLUTION_PAIR_SMALL, transposed_pair_small},
        {1, transposed_pair_one}},
#endif
};

/// The pixels [first, end) of a phase, numbered from 0, all of whose input columns lie inside the image.
typedef struct {
    int64_t first, end;
} phase_interior;

static phase_interior interior_of_phase(
    const venule_transposed_convolution *p, uint32_t phase, uint32_t pixels, uint32_t inputWidth) {
    phase_interior interior = {0, pixels};
    for (uint32_t c = 0; c < p->kernelWidth; c++) {
        const int64_t column = (int64_t)phase + p->paddingLeft - (int64_t)c * p->dilationWidth;
        const int64_t x = floored_quotient(column, p->strideWidth);
        if (x * p->strideWidth != column) continue;
        if (-x > interior.first) interior.first = -x;
        if ((int64_t)inputWidth - x < interior.end) interior.end = (int64_t)inputWidth - x;
    }
    return interior;
}

/// Computes the output pixels [first, end) of the phase that begins at output column `phase`.
static void run_phase(transposed_tile *tile, const transposed_tile_shape *shapes, uint32_t phase, uint32_t pixels,
    float *row, uint32_t blocks, uint32_t block, uint32_t channels) {
    const venule_transposed_convolution *p = tile->parameters;
    const phase_interior interior = interior_of_phase(p, phase, pixels, tile->source->layout.width);
    const int activatesLater = p->activation.function != FUNCTION_RELU && p->activation.function != FUNCTION_IDENTITY;
    for (uint32_t i = 0; i < pixels;) {
        int shape = 2;
        if (i >= interior.first)
            for (shape = 0; shape < 2 && i + shapes[shape].pixels > interior.end;) shape++;
        tile->column = phase + i * p->strideWidth;
        tile->out = row + (size_t)tile->column * VENULE_LANES;
        shapes[shape].function(tile);
        if (activatesLater) {
            for (uint32_t b = 0; b < blocks; b++)
                for (uint32_t k = 0; k < shapes[shape].pixels; k++) {
                    float *out = tile->out + b * tile->outStride + (size_t)k * p->strideWidth * VENULE_LANES;
                    activate(&p->activation, out, out, 1, channel_mask(channels, block + b));
                }
        }
        i += shapes[shape].pixels;
    }
}

static item_grid transposed_grid(const venule_step *step) {
    const venule_transposed_convolution *p = step->parameters;
    const venule_layout *layout = &step->results[0].layout;
    // The columns of the grid are the phases.
    item_grid grid = {step->rowCount, quotient_up(block_count(layout->channels), CONVOLUTION_BLOCKS), 1, 0};
    grid.chunks = least(p->strideWidth, most(layout->width, 1));
    grid.chunkColumns = 1;
    return grid;
}

/// Expands the weights that the output pixels of one row and one phase of columns need, each to its place among all
/// positions of the kernel, for `blocks` output blocks from number `block` on.
static void expand_phase(const venule_step *step, const transposed_tile *tile, uint32_t phase, uint32_t block,
    uint32_t blocks, float *panel) {
    const venule_transposed_convolution *p = tile->parameters;
    const size_t count = (size_t)tile->source->layout.channels * VENULE_LANES;
    const uint16_t *weights = (const uint16_t *)step->constants[0] + block * tile->weightStride;
    for (uint32_t r = 0; r < p->kernelHeight; r++) {
        if (((int64_t)tile->row + p->paddingTop - (int64_t)r * p->dilationHeight) % p->strideHeight != 0) continue;
        for (uint32_t c = 0; c < p->kernelWidth; c++) {
            if (((int64_t)phase + p->paddingLeft - (int64_t)c * p->dilationWidth) % p->strideWidth != 0) continue;
            const size_t first = ((size_t)r * p->kernelWidth + c) * count;
            for (uint32_t b = 0; b < blocks; b++) {
                const size_t at = b * tile->weightStride + first;
                expand_weights(p->weights, weights + at, count, panel + at);
            }
        }
    }
}

static uint32_t count_transposed_convolution(const venule_step *step) { return grid_items(transposed_grid(step)); }

/// An item is one phase of one row, for a group of output blocks. Items of different rows follow each other, since
/// they use the same weights.
static void run_transposed_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    const venule_transposed_convolution *p = step->parameters;
    const venule_result *result = &step->results[0];
    const item_grid grid = transposed_grid(step);
    const uint32_t allBlocks = block_count(result->layout.channels);
    transposed_tile tile;
    tile.parameters = p;
    tile.source = &step->sources[0];
    tile.weightStride = (size_t)p->kernelHeight * p->kernelWidth * tile.source->layout.channels * VENULE_LANES;
    tile.outStride = result->layout.blockStride;
    tile.relu = p->activation.function == FUNCTION_RELU;
    for (uint32_t item = firstItem; item < endItem; item++) {
        tile.row = step->firstRow + item % grid.rows;
        const uint32_t phase = item / grid.rows % grid.chunks;
        const uint32_t block = item / grid.rows / grid.chunks * CONVOLUTION_BLOCKS;
        const uint32_t blocks = least(CONVOLUTION_BLOCKS, allBlocks - block);
        const uint32_t pixels = quotient_up(result->layout.width - phase, p->strideWidth);
        if (p->weights == VENULE_WEIGHTS_FLOAT32) {
            tile.weights = step->constants[0] + block * tile.weightStride;
        } else {
            tile.weights = scratch;
            expand_phase(step, &tile, phase, block, blocks, scratch);
        }
        tile.bias = step->constants[1] + (size_t)block * VENULE_LANES;
        float *row = result_row(result, tile.row) + (size_t)block * tile.outStride;
        run_phase(&tile, transposedShapes[blocks - 1], phase, pixels, row, blocks, block, result->layout.channels);
    }
}
