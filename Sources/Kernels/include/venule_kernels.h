/// The micro-kernels' interface. Everything is float32 in the `blockedRows` layout: a row is
/// [blocks][leftHalo + width + rightHalo][16], a row pointer points to column 0 (after the left halo) of block 0.
/// Kernels are pure: no allocation, no globals, no CPU query. The caller clears the halo columns of result rows.
#ifndef VENULE_KERNELS_H
#define VENULE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Channels that share a vector.
#define VENULE_LANES 16

typedef struct venule_layout {
    uint32_t channels;
    uint32_t width;
    uint32_t height;
    /// Floats from a column of one block to the same column of the next. For the dense rows of an entry point
    /// (NHWC), floats from a pixel to the next: its channels.
    uint32_t blockStride;
} venule_layout;

/// The rows of one source that a step reads.
typedef struct venule_source {
    venule_layout layout;
    /// Image row of rows[0]; negative above the image.
    int32_t firstRow;
    uint32_t rowCount;
    /// For a row outside the image: a row of zeros (convolution) or null (all other families).
    const float *const *rows;
} venule_source;

/// The rows of one result that a step writes, columns 0 ..< width of every block.
typedef struct venule_result {
    venule_layout layout;
    int32_t firstRow;
    uint32_t rowCount;
    float *const *rows;
} venule_result;

/// One step: a kernel's whole view of the world.
typedef struct venule_step {
    /// The family's parameter struct, or null where it has none.
    const void *parameters;
    const venule_source *sources;
    const venule_result *results;
    uint32_t sourceCount;
    uint32_t resultCount;
    /// In the family's order; 64-byte aligned.
    const float *const *constants;
    /// Progress rows of the operation that this step covers.
    uint32_t firstRow;
    uint32_t rowCount;
} venule_step;

/// The families, with the codes of the plan file's operations.
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
    VENULE_FAMILY_COUNT
} venule_family;

/// A function of one float; codes as in PlanFormat's Activation.Function.
typedef struct venule_activation {
    uint32_t function;
    float a, b, c;
} venule_activation;

/// VENULE_CONVOLUTION. Constants: weights, bias [16 * output blocks]. Packing: PlanFormat's ConvolutionAlgorithm.
typedef struct venule_convolution {
    uint32_t algorithm;
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft;
    uint32_t imageHeight, imageWidth;
    uint32_t groups;
    venule_activation activation;
    /// 1, 1: no pooling. Otherwise results are [unpooled, pooled] with keepsUnpooled, else [pooled].
    uint32_t poolingHeight, poolingWidth;
    uint32_t keepsUnpooled;
} venule_convolution;

/// VENULE_TRANSPOSED_CONVOLUTION. Constants: weights [output block][kh][kw][input channel][16], bias.
typedef struct venule_transposed_convolution {
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft;
    venule_activation activation;
} venule_transposed_convolution;

/// VENULE_POOLING; kind 0 is maximum, 1 average.
typedef struct venule_pooling {
    uint32_t kind;
    uint32_t kernelHeight, kernelWidth;
    uint32_t strideHeight, strideWidth;
    uint32_t dilationHeight, dilationWidth;
    int32_t paddingTop, paddingLeft, paddingBottom, paddingRight;
    uint32_t countsPadding;
} venule_pooling;

/// VENULE_GLOBAL_POOLING; the result row is the accumulator between the steps of one image: every step is given it as
/// `rows[0]`, and holds the same floats as the step before left there.
typedef struct venule_global_pooling {
    uint32_t kind;
} venule_global_pooling;

/// (scale * p + offset) / divisor; see PlanFormat's AxisSampling and ResizeParameters.
typedef struct venule_axis_sampling {
    int64_t scale, offset, divisor;
} venule_axis_sampling;

/// VENULE_RESIZE; interpolation 0 nearest floor, 1 nearest with halves down, 2 linear.
typedef struct venule_resize {
    uint32_t interpolation;
    venule_axis_sampling rows, columns;
} venule_resize;

/// VENULE_ELEMENTWISE, and the activation of VENULE_SCALE_SHIFT (constants: scale, shift).
typedef venule_activation venule_elementwise;

/// VENULE_BINARY; kinds as in PlanFormat's BinaryParameters. A side of 1 stretches.
typedef struct venule_binary {
    uint32_t kind;
    venule_activation activation;
} venule_binary;

/// VENULE_PADDING; mode 0 constant, 1 edge, 2 reflect.
typedef struct venule_padding {
    uint32_t mode;
    float value;
    int32_t top, left;
} venule_padding;

/// A kernel runs items [firstItem, endItem) of a step; items are independent of each other, and the result has the
/// same bits however they are divided among threads.
typedef void (*venule_run_function)(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch);
typedef uint32_t (*venule_count_function)(const venule_step *step);

typedef struct venule_kernel {
    venule_run_function run;
    /// Into how many items a step divides.
    venule_count_function count;
    /// Operation, tile and instruction set, for reports: "convolution_direct_6x16_avx2".
    const char *name;
} venule_kernel;

typedef enum venule_isa {
    VENULE_ISA_PORTABLE = 0,
    VENULE_ISA_AVX2 = 1,
    VENULE_ISA_AVX512 = 2,
    VENULE_ISA_NEON = 3
} venule_isa;

/// The best instruction set that this CPU has a kernel set for.
venule_isa venule_isa_best(void);
/// 1 if this CPU can run the set.
int venule_isa_available(venule_isa isa);
/// "portable", "avx2", …; null for an unknown set.
const char *venule_isa_name(venule_isa isa);

/// The kernel for a family; `algorithm` is the convolution's, else 0. Null where there is none.
const venule_kernel *venule_kernel_find(venule_isa isa, venule_family family, uint32_t algorithm);

#endif
