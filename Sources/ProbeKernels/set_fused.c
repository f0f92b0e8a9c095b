// Fuses multiply and add: by an instruction if the compiler's target has one, and otherwise by the C library's
// function for each lane.
#include "../Kernels/kernel_set.h"

#define KERNEL_FMA 1
#define KERNEL_SET venule_probe_kernels_fused
#include "probe_shape.h"
#include "../Kernels/templates/kernel_set.inc.h"
