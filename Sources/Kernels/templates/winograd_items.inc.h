// How a Winograd convolution divides a step into items.
//
// The tiles of a step are numbered row by row and cut into chunks whose transformed input and products stay in the
// second-level cache. Thus register tiles of narrow images reach across the ends of rows. The number of chunks is a
// multiple of the number of threads, so that no thread waits for another. If there are fewer chunks than threads, the
// output blocks of a chunk are divided among several items. Each of these transforms the input of the chunk again,
// which costs less than reading the weights of all output blocks for fewer tiles.

/// How many bytes the transformed input and the products of a chunk may take. PlanFormat computes the scratch with
/// the same number.
#define WINOGRAD_CHUNK_BYTES (512u << 10)
#define WINOGRAD_LEAST_TILES 24u
#define WINOGRAD_MOST_TILES 96u

/// Says that nothing is to be fetched ahead of time.
#define NO_TILE PTRDIFF_MIN
/// How many tiles ahead the memory of results is fetched into the cache before it is written.
#define PREFETCH_TILES 2

typedef struct {
    /// The results on a side of a tile, and the positions of a transformed tile.
    uint32_t tile, positions;
    /// The tiles of one row of tiles, and those of the whole step.
    uint32_t tileColumns, tiles;
    uint32_t chunkTiles, chunks;
    uint32_t inputBlocks;
    /// How many groups of CONVOLUTION_BLOCKS output blocks there are, and how many parts with so many groups.
    uint32_t outputBlocks, groups, partGroups, parts;
    /// Floats from one position to the next. These are odd numbers of vectors, since otherwise all positions would
    /// fall upon the same sets of the cache.
    size_t inputStride, productStride;
} winograd_items;

/// The number of chunks, where `natural` is the number that would suit the caches.
static uint32_t count_chunks(uint32_t natural, uint32_t tiles, uint32_t groups, uint32_t threads) {
    if (natural >= threads) return quotient_up(natural, threads) * threads;
    const int hasMany = tiles / threads >= WINOGRAD_LEAST_TILES;
    const uint32_t wanted = hasMany ? threads : quotient_up(threads, groups);
    return most(natural, least(wanted, quotient_up(tiles, WINOGRAD_TILES)));
}

static winograd_items divide_winograd(const venule_step *step, uint32_t tile) {
    const venule_convolution *p = step->parameters;
    winograd_items items;
    items.tile = tile;
    items.positions = (tile + 2) * (tile + 2);
    items.tileColumns = quotient_up(p->imageWidth, tile);
    items.tiles = items.tileColumns * quotient_up(step->rowCount, tile);
    items.inputBlocks = 0;
    for (uint32_t s = 0; s < step->sourceCount; s++) items.inputBlocks += block_count(step->sources[s].layout.channels);
    items.outputBlocks = block_count(step->results[0].layout.channels);
    items.groups = quotient_up(items.outputBlocks, CONVOLUTION_BLOCKS);
    const uint32_t tileBytes = items.positions * VENULE_LANES * (uint32_t)sizeof(float);
    const uint32_t fitting = WINOGRAD_CHUNK_BYTES / tileBytes / (items.inputBlocks + 2);
    const uint32_t tiles = least(most(fitting, WINOGRAD_LEAST_TILES), WINOGRAD_MOST_TILES);
    const uint32_t chunks =
        count_chunks(most(quotient_up(items.tiles, tiles), 1), items.tiles, items.groups, step->threads);
    items.chunkTiles = most(quotient_up(items.tiles, chunks), 1);
    items.chunks = most(quotient_up(items.tiles, items.chunkTiles), 1);
    const uint32_t parts = least(quotient_up(step->threads, items.chunks), items.groups);
    items.partGroups = quotient_up(items.groups, parts);
    items.parts = quotient_up(items.groups, items.partGroups);
    items.inputStride = ((size_t)items.inputBlocks * items.chunkTiles | 1) * VENULE_LANES;
    items.productStride = ((size_t)CONVOLUTION_BLOCKS * items.chunkTiles | 1) * VENULE_LANES;
    return items;
}

/// Computes all products of a group of output blocks for `tiles` tiles, one partial sum after the other, so that the
/// weights of a partial sum stay in the first-level cache while they are multiplied with all tiles.
static void compute_winograd_products(const venule_step *step, const winograd_items *items, uint32_t tiles,
    uint32_t group, const float *input, float *products) {
    const uint32_t type = ((const venule_convolution *)step->parameters)->weights;
    // The panel for expanded weights.
    float *panel = products + items->positions * items->productStride;
    const uint32_t block = group * CONVOLUTION_BLOCKS;
    const winograd_product_function *functions = winogradSingles;
#if CONVOLUTION_BLOCKS == 2
    if (block + 1 < items->outputBlocks) functions = winogradPairs;
#endif
    size_t channels = 0;
    for (uint32_t s = 0; s < step->sourceCount; s++) channels += step->sources[s].layout.channels;
    const uint32_t turns = quotient_up(tiles, WINOGRAD_TILES);
    winograd_product product;
    product.sources = step->sources;
    product.inStride = (size_t)items->chunkTiles * VENULE_LANES;
    product.outStride = product.inStride;
    const size_t weightsPerBlock = items->positions * channels * VENULE_LANES;
    const uint32_t blocks = least(CONVOLUTION_BLOCKS, items->outputBlocks - block);
    size_t weight = block * weightsPerBlock;
    for (uint32_t position = 0; position < items->positions; position++) {
        const float *in = input + position * items->inputStride;
        uint32_t source = 0, channel = 0;
        for (uint32_t done = 0; done < items->inputBlocks; done += product.inputBlocks) {
            product.inputBlocks = least(items->inputBlocks - done, WINOGRAD_PARTIAL);
            product.isFirst = done == 0;
            product.firstSource = source;
            product.firstChannel = channel;
            const size_t first = weight;
            for (uint32_t b = 0; b < product.inputBlocks; b++) {
                const uint32_t left = step->sources[source].layout.channels - channel;
                weight += least(left, VENULE_LANES) * VENULE_LANES;
                channel += VENULE_LANES;
                if (left <= VENULE_LANES) {
                    source++;
                    channel = 0;
                }
            }
            product.weightStride = weightsPerBlock;
            product.weights =
                weights_as_floats(step, type, first, weight - first, blocks, &product.weightStride, panel);
            for (uint32_t turn = 0; turn < turns; turn++) {
                const uint32_t tile = turn * tiles / turns, count = (turn + 1) * tiles / turns - tile;
                product.in = in + done * product.inStride + (size_t)tile * VENULE_LANES;
                product.out = products + position * items->productStride + (size_t)tile * VENULE_LANES;
                functions[count - 1](&product);
            }
        }
    }
}
