// The tile shapes of an instruction set. A tile of CONVOLUTION_PAIR_… pixels has two blocks of output channels,
// CONVOLUTION_SINGLE_… one, CONVOLUTION_HALF_… half of one.

/// The most pixels that a tile has whose pixels have a pointer each.
#define CONVOLUTION_POINTERS 12

/// What a tile needs to know.
typedef struct {
    const venule_convolution *parameters;
    const venule_source *sources;
    /// The slab: this many input blocks, from this source and channel on.
    uint32_t firstSource, firstChannel, inputBlocks;
    uint32_t isFirst;
    /// Input blocks of a partial sum.
    uint32_t partialBlocks;
    /// How many pixels are stored; the pointers of the others repeat the last one.
    uint32_t pixels;
    /// The weights of the slab for the first output block, and the number of this block.
    const float *weights;
    size_t firstWeight;
    /// Floats from the weights of one output block to those of the next.
    size_t weightStride;
    const float *bias;
    size_t outStride;
    uint32_t relu;
    /// For each pixel, the image row under kernel row 0, and the floats from column 0 to the column under kernel
    /// column 0.
    int64_t row[CONVOLUTION_POINTERS];
    ptrdiff_t column[CONVOLUTION_POINTERS];
    float *out[CONVOLUTION_POINTERS];
} convolution_tile;

typedef void (*convolution_tile_function)(const convolution_tile *tile);

/// One number of output channels at a time; `pointers` rises, and the last is the largest.
typedef struct {
    uint32_t runPixels;
    convolution_tile_function run;
    struct {
        uint32_t pixels;
        convolution_tile_function function;
    } pointers[3];
} convolution_tiles;

#if CONVOLUTION_BLOCKS == 2
#define TILE_NAME tile_pair_run
#define TILE_PIXELS CONVOLUTION_PAIR_RUN
#define TILE_BLOCKS 2
#define TILE_HALF 0
#define TILE_RUN 1
#include "convolution_tile.inc.h"
#define TILE_NAME tile_pair_large
#define TILE_PIXELS CONVOLUTION_PAIR_LARGE
#define TILE_BLOCKS 2
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_pair_medium
#define TILE_PIXELS CONVOLUTION_PAIR_MEDIUM
#define TILE_BLOCKS 2
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_pair_small
#define TILE_PIXELS CONVOLUTION_PAIR_SMALL
#define TILE_BLOCKS 2
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
static const convolution_tiles pairTiles = {
    CONVOLUTION_PAIR_RUN,
    tile_pair_run,
    {{CONVOLUTION_PAIR_SMALL, tile_pair_small}, {CONVOLUTION_PAIR_MEDIUM, tile_pair_medium},
        {CONVOLUTION_PAIR_LARGE, tile_pair_large}},
};
#endif

#define TILE_NAME tile_single_run
#define TILE_PIXELS CONVOLUTION_SINGLE_RUN
#define TILE_BLOCKS 1
#define TILE_HALF 0
#define TILE_RUN 1
#include "convolution_tile.inc.h"
#define TILE_NAME tile_single_large
#define TILE_PIXELS CONVOLUTION_SINGLE_LARGE
#define TILE_BLOCKS 1
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_single_medium
#define TILE_PIXELS CONVOLUTION_SINGLE_MEDIUM
#define TILE_BLOCKS 1
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_single_small
#define TILE_PIXELS CONVOLUTION_SINGLE_SMALL
#define TILE_BLOCKS 1
#define TILE_HALF 0
#define TILE_RUN 0
#include "convolution_tile.inc.h"
static const convolution_tiles singleTiles = {
    CONVOLUTION_SINGLE_RUN,
    tile_single_run,
    {{CONVOLUTION_SINGLE_SMALL, tile_single_small}, {CONVOLUTION_SINGLE_MEDIUM, tile_single_medium},
        {CONVOLUTION_SINGLE_LARGE, tile_single_large}},
};

#ifdef CONVOLUTION_HALF_RUN
#define TILE_NAME tile_half_run
#define TILE_PIXELS CONVOLUTION_HALF_RUN
#define TILE_BLOCKS 1
#define TILE_HALF 1
#define TILE_RUN 1
#include "convolution_tile.inc.h"
#define TILE_NAME tile_half_large
#define TILE_PIXELS CONVOLUTION_HALF_LARGE
#define TILE_BLOCKS 1
#define TILE_HALF 1
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_half_medium
#define TILE_PIXELS CONVOLUTION_HALF_MEDIUM
#define TILE_BLOCKS 1
#define TILE_HALF 1
#define TILE_RUN 0
#include "convolution_tile.inc.h"
#define TILE_NAME tile_half_small
#define TILE_PIXELS CONVOLUTION_HALF_SMALL
#define TILE_BLOCKS 1
#define TILE_HALF 1
#define TILE_RUN 0
#include "convolution_tile.inc.h"
static const convolution_tiles halfTiles = {
    CONVOLUTION_HALF_RUN,
    tile_half_run,
    {{CONVOLUTION_HALF_SMALL, tile_half_small}, {CONVOLUTION_HALF_MEDIUM, tile_half_medium},
        {CONVOLUTION_HALF_LARGE, tile_half_large}},
};
#endif
