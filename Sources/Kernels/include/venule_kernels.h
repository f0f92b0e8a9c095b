/// The interface of the kernels. A kernel computes some items of one step of an operation, and all that it knows is
/// in `venule_step`.
///
/// Images are float32 in blocked rows: a row is [blocks][leftHalo + width + rightHalo][16], and a row pointer points
/// to column 0 (behind the left halo) of block 0. A plain tensor is dense and row-major, and is handed over as one
/// row.
///
/// Kernels allocate nothing, have no global state and ask nothing about the processor. The caller clears the halo
/// columns of the rows that they write.
#ifndef VENULE_KERNELS_H
#define VENULE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The number of channels in a block, which share a vector.
#define VENULE_LANES 16

typedef struct venule_layout {
    uint32_t channels;
    uint32_t width;
    uint32_t height;
    /// Floats from a column of one block to the same column of the next block. Without meaning if the rows of an
    /// image lie in a plain tensor or in the caller's memory.
    uint32_t blockStride;
    /// Only for a plain tensor: the number of its elements. For a plain tensor and an input: the type of its
    /// elements, a venule_element.
    uint32_t elementCount, element;
} venule_layout;

/// The codes are those of PlanFormat's PlanElement.
typedef enum venule_element {
    VENULE_FLOAT32 = 0,
    VENULE_INT32 = 1,
    VENULE_INT64 = 2,
    VENULE_UINT8 = 3,
    VENULE_INT8 = 4,
    VENULE_BOOL = 5,
    VENULE_INT16 = 6,
    VENULE_UINT16 = 7,
    VENULE_UINT32 = 8,
    VENULE_UINT64 = 9,
    /// Kernels move elements of these three types and convert them, and do not compute with them.
    VENULE_FLOAT16 = 10,
    VENULE_BFLOAT16 = 11,
    VENULE_FLOAT64 = 12
} venule_element;

/// The rows of one source that a step reads.
typedef struct venule_source {
    venule_layout layout;
    /// The row of the image that rows[0] is; negative above the image.
    int32_t firstRow;
    uint32_t rowCount;
    /// The pointer for a row outside the image is to a row of zeros (convolution) or null (all other families).
    const float *const *rows;
} venule_source;

/// The rows of one result that a step writes, columns 0 ..< width of every block.
typedef struct venule_result {
    venule_layout layout;
    int32_t firstRow;
    uint32_t rowCount;
    float *const *rows;
} venule_result;

/// One step of an operation: everything that a kernel gets.
typedef struct venule_step {
    /// The family's parameter struct, or null where it has none.
    const void *parameters;
    const venule_source *sources;
    const venule_result *results;
    uint32_t sourceCount;
    uint32_t resultCount;
    /// In the order that the family says; each begins at a multiple of 64 bytes.
    const float *const *constants;
    /// The progress rows of the operation that this step makes.
    uint32_t firstRow;
    uint32_t rowCount;
    /// How many threads will share the items. It may decide how a step is divided, but not its results. Never 0.
    uint32_t threads;
} venule_step;

/// The families of kernels. The codes are those of operations in the plan file.
typedef enum venule_family {
    VENULE_INPUT = 0,
    VENULE_OUTPUT = 1,
    VENULE_CONVOLUTION = 2,
    VENULE_TRANSPOSED_CONVOLUTION = 3,
    VENULE_POOLING = 4,
    VENULE_GLOBAL_POOLING = 5,
    VENULE_RESIZE = 6,
    VENULE_ELEMENTWISE = 7,
    VENULE_BINARY = 8,
    VENULE_CONCATENATION = 9,
    VENULE_PADDING = 10,
    VENULE_SCALE_SHIFT = 11,
    VENULE_SOFTMAX = 12,
    VENULE_PLAIN_INPUT = 13,
    VENULE_PLAIN_OUTPUT = 14,
    VENULE_BLOCKING = 15,
    VENULE_UNBLOCKING = 16,
    VENULE_PLAIN_ELEMENTWISE = 17,
    VENULE_PLAIN_ARITHMETIC = 18,
    VENULE_PLAIN_COMPARISON = 19,
    VENULE_PLAIN_LOGIC = 20,
    VENULE_PLAIN_SELECTION = 21,
    VENULE_PLAIN_COPY = 22,
    VENULE_PLAIN_GATHER = 23,
    VENULE_PLAIN_REDUCTION = 24,
    VENULE_PLAIN_ARGUMENT_MAXIMUM = 25,
    VENULE_PLAIN_MATRIX_MULTIPLICATION = 26,
    VENULE_PLAIN_SOFTMAX = 27,
    VENULE_PLAIN_NORMALIZATION = 28,
    VENULE_PLAIN_CAST = 29,
    VENULE_PLAIN_QUANTIZATION = 30,
    VENULE_PLAIN_DEQUANTIZATION = 31,
    VENULE_PLAIN_RESAMPLING = 32,
    VENULE_PLAIN_CONVOLUTION = 33,
    VENULE_PLAIN_TRANSPOSED_CONVOLUTION = 34,
    VENULE_PLAIN_POOLING_POSITIONS = 35,
    VENULE_RESAMPLING = 36,
    VENULE_PLAIN_SCATTER = 37,
    VENULE_PLAIN_CUMULATIVE = 38,
    VENULE_PLAIN_TOP_POSITIONS = 39,
    /// Not an operation of a plan file: flushes, in place, the completed rows that are given as the step's results.
    VENULE_FLUSH = 40,
    VENULE_FAMILY_COUNT
} venule_family;

/// The parameters of each family follow, word for word as in the plan file. How many words each has is asserted here,
/// and for the Swift side by a test.
#define VENULE_WORDS(type, count) _Static_assert(sizeof(type) == (count) * sizeof(uint32_t), #type)

/// A function of one float. The codes are those of PlanFormat's Activation.Function.
typedef struct venule_activation {
    uint32_t function;
    float a, b, c;
} venule_activation;
VENULE_WORDS(venule_activation, 4);

/// How weights are stored. The codes are those of PlanFormat's WeightType.
typedef enum venule_weights {
    VENULE_WEIGHTS_FLOAT32 = 0,
    VENULE_WEIGHTS_FLOAT16 = 1,
    VENULE_WEIGHTS_BFLOAT16 = 2
} venule_weights;

/// Of VENULE_CONVOLUTION. Constants: weights, bias [16 * output blocks]. PlanFormat's ConvolutionAlgorithm says how
/// weights are packed for each algorithm and how much scratch it needs. A step of one of Winograd's algorithms begins
/// at a multiple of its tile.
typedef struct venule_convolution {
    uint32_t algorithm;
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft;
    uint32_t imageHeight, imageWidth;
    uint32_t groups;
    venule_activation activation;
    /// 1, 1 stands for no pooling. Otherwise the results are [unpooled, pooled] with keepsUnpooled, and [pooled]
    /// without.
    uint32_t poolingHeight, poolingWidth;
    uint32_t keepsUnpooled;
    /// venule_weights.
    uint32_t weights;
} venule_convolution;
VENULE_WORDS(venule_convolution, 20);

/// Of VENULE_TRANSPOSED_CONVOLUTION. Constants: weights [output block][kh][kw][input channel][16], bias.
typedef struct venule_transposed_convolution {
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft;
    venule_activation activation;
    /// venule_weights.
    uint32_t weights;
} venule_transposed_convolution;
VENULE_WORDS(venule_transposed_convolution, 13);

/// Of VENULE_POOLING. Kind 0 is maximum, 1 average.
typedef struct venule_pooling {
    uint32_t kind;
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft, paddingBottom, paddingRight;
    uint32_t countsPadding;
} venule_pooling;
VENULE_WORDS(venule_pooling, 12);

/// Of VENULE_GLOBAL_POOLING. Between the steps of one image the result's only row is the accumulator: every step is
/// given it as `rows[0]` and finds there the floats that the step before has left.
typedef struct venule_global_pooling {
    uint32_t kind;
} venule_global_pooling;
VENULE_WORDS(venule_global_pooling, 1);

/// Element p of the result reads position (scale * p + offset) / divisor; see PlanFormat's AxisSampling and
/// ResizeParameters.
typedef struct venule_axis_sampling {
    int64_t scale, offset, divisor;
} venule_axis_sampling;
VENULE_WORDS(venule_axis_sampling, 6);

/// Of VENULE_RESIZE. Interpolation 0 is nearest floor, 1 nearest with halves down, 2 linear.
typedef struct venule_resize {
    venule_axis_sampling rows, columns;
    uint32_t interpolation;
} venule_resize;
VENULE_WORDS(venule_resize, 14);

/// Of VENULE_RESAMPLING. Axis 0 is that of rows, 1 that of columns. Constant: weights [side of the result][taps]; see
/// PlanFormat's ResamplingParameters.
typedef struct venule_resampling {
    uint32_t axis, taps;
    venule_axis_sampling sampling;
} venule_resampling;
VENULE_WORDS(venule_resampling, 8);

/// Of VENULE_ELEMENTWISE, and the activation of VENULE_SCALE_SHIFT, whose constants are scale and shift.
typedef venule_activation venule_elementwise;

/// Of VENULE_BINARY. The kinds are those of PlanFormat's BinaryParameters. A side of 1 is stretched.
typedef struct venule_binary {
    uint32_t kind;
    venule_activation activation;
} venule_binary;
VENULE_WORDS(venule_binary, 5);

/// Of VENULE_PADDING. Mode 0 is constant, 1 edge, 2 reflect.
typedef struct venule_padding {
    uint32_t mode;
    float value;
    int32_t top, left;
} venule_padding;
VENULE_WORDS(venule_padding, 4);

/// Of VENULE_INPUT, VENULE_BLOCKING, VENULE_OUTPUT and VENULE_UNBLOCKING: where the pixels of an image lie in the
/// caller's memory or in a plain tensor, counted in elements, which are floats, or bytes of an input of bytes; see
/// PlanFormat's ImageStrides. Row pointers point to the rows there, so that kernels use neither the offset nor the
/// row stride. For the last two families each source is an image, and its pixels lie `image` floats behind those of
/// the one before.
typedef struct venule_image_strides {
    uint64_t offset, image, row, column, channel;
} venule_image_strides;
VENULE_WORDS(venule_image_strides, 10);

/// The parameters of the plain families follow. They are those of the structs of the same names in PlanFormat/Plain,
/// whose rules the operands keep.

/// PlainLoop: nested loops, the outermost first.
#define VENULE_AXES 8
typedef struct venule_loop {
    int32_t counts[VENULE_AXES];
} venule_loop;
VENULE_WORDS(venule_loop, 8);

/// PlainView: how an operand is walked along the loops.
typedef struct venule_view {
    int32_t offset;
    int32_t strides[VENULE_AXES];
} venule_view;
VENULE_WORDS(venule_view, 9);

/// PlainAxes.
typedef struct venule_axes {
    venule_loop kept;
    venule_view keptView;
    venule_loop reduced;
    venule_view reducedView;
} venule_axes;
VENULE_WORDS(venule_axes, 34);

/// PlainLine: a tensor taken as [outer, axis, inner].
typedef struct venule_plain_line {
    int32_t outer, axis, inner;
} venule_plain_line;
VENULE_WORDS(venule_plain_line, 3);

typedef struct venule_plain_gather {
    venule_plain_line line;
} venule_plain_gather;
VENULE_WORDS(venule_plain_gather, 3);

typedef struct venule_plain_softmax {
    venule_plain_line line;
    uint32_t logarithm;
} venule_plain_softmax;
VENULE_WORDS(venule_plain_softmax, 4);

typedef struct venule_plain_argument_maximum {
    venule_plain_line line;
    uint32_t selectsLast;
} venule_plain_argument_maximum;
VENULE_WORDS(venule_plain_argument_maximum, 4);

typedef struct venule_plain_top_positions {
    venule_plain_line line;
    int32_t count;
    uint32_t largest;
} venule_plain_top_positions;
VENULE_WORDS(venule_plain_top_positions, 5);

typedef struct venule_plain_cumulative {
    uint32_t kind;
    venule_plain_line line;
    uint32_t isExclusive, isReversed;
} venule_plain_cumulative;
VENULE_WORDS(venule_plain_cumulative, 6);

typedef struct venule_plain_scatter {
    uint32_t kind;
    int32_t axis, inner;
} venule_plain_scatter;
VENULE_WORDS(venule_plain_scatter, 3);

typedef struct venule_plain_arithmetic {
    uint32_t kind;
    venule_loop loop;
    venule_view left, right;
    venule_activation activation;
} venule_plain_arithmetic;
VENULE_WORDS(venule_plain_arithmetic, 31);

/// Comparison and logic.
typedef struct venule_plain_relation {
    uint32_t kind;
    venule_loop loop;
    venule_view left, right;
} venule_plain_relation;
VENULE_WORDS(venule_plain_relation, 27);

typedef struct venule_plain_selection {
    venule_loop loop;
    venule_view condition, whenTrue, whenFalse;
} venule_plain_selection;
VENULE_WORDS(venule_plain_selection, 35);

typedef struct venule_plain_part {
    venule_loop loop;
    venule_view source, result;
} venule_plain_part;
VENULE_WORDS(venule_plain_part, 26);

/// One part for each source follows this struct.
typedef struct venule_plain_copy {
    uint32_t fills;
    uint32_t filler[2];
} venule_plain_copy;
VENULE_WORDS(venule_plain_copy, 3);

typedef struct venule_plain_reduction {
    uint32_t kind;
    venule_axes axes;
} venule_plain_reduction;
VENULE_WORDS(venule_plain_reduction, 35);

/// If the weights are not float32, the right matrix is constant 0 and not a source.
typedef struct venule_plain_matrix_multiplication {
    int32_t rows, depth, columns;
    venule_loop loop;
    venule_view left, right;
    venule_activation activation;
    uint32_t weights;
} venule_plain_matrix_multiplication;
VENULE_WORDS(venule_plain_matrix_multiplication, 34);

typedef struct venule_plain_normalization {
    venule_axes axes;
    float epsilon;
} venule_plain_normalization;
VENULE_WORDS(venule_plain_normalization, 35);

/// For quantization and dequantization.
typedef struct venule_plain_quantization {
    venule_loop loop;
    venule_view scale, zeroPoint;
} venule_plain_quantization;
VENULE_WORDS(venule_plain_quantization, 26);

/// Constants: positions (int32), weights, and what is added to each result.
typedef struct venule_plain_resampling {
    int32_t outer, input, inner, output, taps;
} venule_plain_resampling;
VENULE_WORDS(venule_plain_resampling, 5);

typedef struct venule_plain_window {
    int32_t images, height, width, channels, resultHeight, resultWidth;
    int32_t kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, paddingTop,
        paddingLeft;
} venule_plain_window;
VENULE_WORDS(venule_plain_window, 14);

/// For the ordinary and the transposed convolution.
typedef struct venule_plain_convolution {
    venule_plain_window window;
    int32_t filters, groups;
    venule_activation activation;
} venule_plain_convolution;
VENULE_WORDS(venule_plain_convolution, 20);

typedef struct venule_plain_pooling_positions {
    venule_plain_window window;
    uint32_t columnMajor;
} venule_plain_pooling_positions;
VENULE_WORDS(venule_plain_pooling_positions, 15);

/// Computes the items [firstItem, endItem) of a step. Items do not depend on each other, and the result has the same
/// bits however they are divided among threads.
typedef void (*venule_run_function)(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch);
typedef uint32_t (*venule_count_function)(const venule_step *step);

typedef struct venule_kernel {
    venule_run_function run;
    /// The number of items that a step divides into.
    venule_count_function count;
    /// The operation, the tile and the instruction set, for reports: "convolution_direct_6x16_avx2".
    const char *name;
} venule_kernel;

typedef enum venule_isa {
    VENULE_ISA_PORTABLE = 0,
    VENULE_ISA_AVX2 = 1,
    VENULE_ISA_AVX512 = 2,
    VENULE_ISA_NEON = 3,
    VENULE_ISA_RVV = 4
} venule_isa;

/// The best instruction set that this processor has and for which there is a set of kernels.
venule_isa venule_isa_best(void);
/// 1 if this processor can run the set.
int venule_isa_available(venule_isa isa);
/// 1 if the set fuses multiply and add, so that it gives the same bits as all others that do.
int venule_isa_is_fused(venule_isa isa);
/// "portable", "avx2", …; null for an unknown set.
const char *venule_isa_name(venule_isa isa);

/// The kernel for a family; `algorithm` is the algorithm of a convolution, and 0 for other families. Null if there is
/// none.
const venule_kernel *venule_kernel_find(venule_isa isa, venule_family family, uint32_t algorithm);

#endif
