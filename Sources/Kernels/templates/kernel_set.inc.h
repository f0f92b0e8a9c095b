// Everything of one instruction set: include this from a file that defines KERNEL_SET (the table's name),
// KERNEL_ISA (a string), KERNEL_FMA and the tile shapes. All else is static.
//
// Programs for devices are to be small, and kernels on plain tensors are rarely what takes the time. So a set may leave
// them to a lesser one, which gives the same bits (dispatch.c):
//   KERNEL_SHARES_MOVES        those that move, compare, convert and add up one after another, of which every set gives the same bits
//   KERNEL_SHARES_ARITHMETIC   those that calculate, of which those with fused multiply-add do; without products of matrices
//                              and convolutions, which may be hot

#include "vector.inc.h"
#include "math.inc.h"
#include "activation.inc.h"
#include "grid.inc.h"
#include "weights.inc.h"
#include "convolution_tiles.inc.h"
#include "convolution_items.inc.h"
#include "convolution_direct.inc.h"
#include "convolution_grouped.inc.h"
#include "winograd_lines.inc.h"
#include "winograd_products.inc.h"
#include "winograd_items.inc.h"
#define WINOGRAD_TILE 4
#include "convolution_winograd.inc.h"
#define WINOGRAD_TILE 2
#include "convolution_winograd.inc.h"
#include "transposed_convolution.inc.h"
#include "pooling.inc.h"
#include "global_pooling.inc.h"
#include "axis_sampling.inc.h"
#include "resize.inc.h"
#include "resampling.inc.h"
#include "elementwise.inc.h"
#include "power.inc.h"
#include "binary.inc.h"
#include "concatenation.inc.h"
#include "padding.inc.h"
#include "softmax.inc.h"
#include "conversion.inc.h"
#include "flush.inc.h"
#include "plain_loop.inc.h"
#include "plain_line.inc.h"
#include "plain_matrix_multiplication.inc.h"
#include "plain_convolution.inc.h"
// Loops over one element at a time, which unrolling does not make faster.
#if defined(__OPTIMIZE_SIZE__) && !defined(KERNEL_SHARES_ARITHMETIC)
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
#ifndef KERNEL_SHARES_MOVES
#include "plain_entry.inc.h"
#include "plain_comparison.inc.h"
#include "plain_logic.inc.h"
#include "plain_selection.inc.h"
#include "plain_copy.inc.h"
#include "plain_gather.inc.h"
#include "plain_scatter.inc.h"
#include "plain_argument_maximum.inc.h"
#include "plain_top_positions.inc.h"
#include "plain_cumulative.inc.h"
#include "plain_cast.inc.h"
#include "plain_pooling_positions.inc.h"
#endif
#ifndef KERNEL_SHARES_ARITHMETIC
#include "plain_elementwise.inc.h"
#include "plain_arithmetic.inc.h"
#include "plain_reduction.inc.h"
#include "plain_softmax.inc.h"
#include "plain_normalization.inc.h"
#include "plain_quantization.inc.h"
#include "plain_resampling.inc.h"
#include "plain_transposed_convolution.inc.h"
#endif
#if defined(__OPTIMIZE_SIZE__) && !defined(KERNEL_SHARES_ARITHMETIC)
#pragma clang attribute pop
#endif

#define PLAIN(family, function, name) [family] = {run_##function, count_##function, name "_" KERNEL_ISA}

const venule_kernel_set KERNEL_SET = {
    .isFused = KERNEL_FMA,
    .direct = {run_direct_convolution, count_convolution, "convolution_direct_" KERNEL_TILE "_" KERNEL_ISA},
    .grouped = {run_grouped_convolution, count_convolution, "convolution_grouped_" KERNEL_ISA},
    .depthwise = {run_depthwise_convolution, count_convolution, "convolution_depthwise_" KERNEL_ISA},
    .winograd4 = {run_winograd_4, count_winograd_4, "convolution_winograd_4x4_" KERNEL_ISA},
    .winograd2 = {run_winograd_2, count_winograd_2, "convolution_winograd_2x2_" KERNEL_ISA},
    .families =
        {
            [VENULE_INPUT] = {run_blocking, count_result_blocks, "input_" KERNEL_ISA},
            [VENULE_OUTPUT] = {run_unblocking, count_unblocking, "output_" KERNEL_ISA},
            [VENULE_BLOCKING] = {run_blocking, count_result_blocks, "blocking_" KERNEL_ISA},
            [VENULE_UNBLOCKING] = {run_unblocking, count_unblocking, "unblocking_" KERNEL_ISA},
            [VENULE_TRANSPOSED_CONVOLUTION] = {run_transposed_convolution, count_transposed_convolution,
                "transposed_convolution_" KERNEL_TILE "_" KERNEL_ISA},
            [VENULE_POOLING] = {run_pooling, count_result_blocks, "pooling_" KERNEL_ISA},
            [VENULE_GLOBAL_POOLING] = {run_global_pooling, count_global_pooling, "global_pooling_" KERNEL_ISA},
            [VENULE_RESIZE] = {run_resize, count_result_blocks, "resize_" KERNEL_ISA},
            [VENULE_RESAMPLING] = {run_resampling, count_result_blocks, "resampling_" KERNEL_ISA},
            [VENULE_ELEMENTWISE] = {run_elementwise, count_result_blocks, "elementwise_" KERNEL_ISA},
            [VENULE_BINARY] = {run_binary, count_result_blocks, "binary_" KERNEL_ISA},
            [VENULE_CONCATENATION] = {run_concatenation, count_result_rows, "concatenation_" KERNEL_ISA},
            [VENULE_PADDING] = {run_padding, count_result_blocks, "padding_" KERNEL_ISA},
            [VENULE_SCALE_SHIFT] = {run_scale_shift, count_result_blocks, "scale_shift_" KERNEL_ISA},
            [VENULE_SOFTMAX] = {run_softmax, count_result_rows, "softmax_" KERNEL_ISA},
            [VENULE_FLUSH] = {run_flush, count_flush, "flush_" KERNEL_ISA},
            PLAIN(VENULE_PLAIN_MATRIX_MULTIPLICATION, plain_matrix_multiplication, "plain_matrix_multiplication"),
            PLAIN(VENULE_PLAIN_CONVOLUTION, plain_convolution, "plain_convolution"),
#ifndef KERNEL_SHARES_MOVES
            PLAIN(VENULE_PLAIN_INPUT, plain_entry, "plain_input"),
            PLAIN(VENULE_PLAIN_OUTPUT, plain_entry, "plain_output"),
            PLAIN(VENULE_PLAIN_COMPARISON, plain_comparison, "plain_comparison"),
            PLAIN(VENULE_PLAIN_LOGIC, plain_logic, "plain_logic"),
            PLAIN(VENULE_PLAIN_SELECTION, plain_selection, "plain_selection"),
            PLAIN(VENULE_PLAIN_COPY, plain_copy, "plain_copy"),
            PLAIN(VENULE_PLAIN_GATHER, plain_gather, "plain_gather"),
            PLAIN(VENULE_PLAIN_ARGUMENT_MAXIMUM, plain_argument_maximum, "plain_argument_maximum"),
            PLAIN(VENULE_PLAIN_SCATTER, plain_scatter, "plain_scatter"),
            PLAIN(VENULE_PLAIN_CUMULATIVE, plain_cumulative, "plain_cumulative"),
            PLAIN(VENULE_PLAIN_TOP_POSITIONS, plain_top_positions, "plain_top_positions"),
            PLAIN(VENULE_PLAIN_CAST, plain_cast, "plain_cast"),
            PLAIN(VENULE_PLAIN_POOLING_POSITIONS, plain_pooling_positions, "plain_pooling_positions"),
#endif
#ifndef KERNEL_SHARES_ARITHMETIC
            PLAIN(VENULE_PLAIN_ELEMENTWISE, plain_elementwise, "plain_elementwise"),
            PLAIN(VENULE_PLAIN_ARITHMETIC, plain_arithmetic, "plain_arithmetic"),
            PLAIN(VENULE_PLAIN_REDUCTION, plain_reduction, "plain_reduction"),
            PLAIN(VENULE_PLAIN_SOFTMAX, plain_softmax, "plain_softmax"),
            PLAIN(VENULE_PLAIN_NORMALIZATION, plain_normalization, "plain_normalization"),
            PLAIN(VENULE_PLAIN_QUANTIZATION, plain_quantization, "plain_quantization"),
            PLAIN(VENULE_PLAIN_DEQUANTIZATION, plain_dequantization, "plain_dequantization"),
            PLAIN(VENULE_PLAIN_RESAMPLING, plain_resampling, "plain_resampling"),
            PLAIN(VENULE_PLAIN_TRANSPOSED_CONVOLUTION, plain_transposed_convolution, "plain_transposed_convolution"),
#endif
        },
};
