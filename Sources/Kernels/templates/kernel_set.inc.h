// Everything of one instruction set: include this from a file that defines KERNEL_SET (the table's name),
// KERNEL_ISA (a string), KERNEL_FMA and the tile shapes. All else is static.

#include "vector.inc.h"
#include "math.inc.h"
#include "activation.inc.h"
#include "grid.inc.h"
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
#include "resize.inc.h"
#include "elementwise.inc.h"
#include "power.inc.h"
#include "binary.inc.h"
#include "concatenation.inc.h"
#include "padding.inc.h"
#include "softmax.inc.h"
#include "conversion.inc.h"

const venule_kernel_set KERNEL_SET = {
    .direct = {run_direct_convolution, count_convolution, "convolution_direct_" KERNEL_TILE "_" KERNEL_ISA},
    .grouped = {run_grouped_convolution, count_convolution, "convolution_grouped_" KERNEL_ISA},
    .depthwise = {run_depthwise_convolution, count_convolution, "convolution_depthwise_" KERNEL_ISA},
    .winograd4 = {run_winograd_4, count_winograd_4, "convolution_winograd_4x4_" KERNEL_ISA},
    .winograd2 = {run_winograd_2, count_winograd_2, "convolution_winograd_2x2_" KERNEL_ISA},
    .families = {
        [VENULE_INPUT] = {run_input, count_result_blocks, "input_" KERNEL_ISA},
        [VENULE_OUTPUT] = {run_output, count_output, "output_" KERNEL_ISA},
        [VENULE_TRANSPOSED_CONVOLUTION] =
            {run_transposed_convolution, count_transposed_convolution,
             "transposed_convolution_" KERNEL_TILE "_" KERNEL_ISA},
        [VENULE_POOLING] = {run_pooling, count_result_blocks, "pooling_" KERNEL_ISA},
        [VENULE_GLOBAL_POOLING] = {run_global_pooling, count_global_pooling, "global_pooling_" KERNEL_ISA},
        [VENULE_RESIZE] = {run_resize, count_result_blocks, "resize_" KERNEL_ISA},
        [VENULE_ELEMENTWISE] = {run_elementwise, count_result_blocks, "elementwise_" KERNEL_ISA},
        [VENULE_BINARY] = {run_binary, count_result_blocks, "binary_" KERNEL_ISA},
        [VENULE_CONCATENATION] = {run_concatenation, count_result_rows, "concatenation_" KERNEL_ISA},
        [VENULE_PADDING] = {run_padding, count_result_blocks, "padding_" KERNEL_ISA},
        [VENULE_SCALE_SHIFT] = {run_scale_shift, count_result_blocks, "scale_shift_" KERNEL_ISA},
        [VENULE_SOFTMAX] = {run_softmax, count_result_rows, "softmax_" KERNEL_ISA},
    },
};
