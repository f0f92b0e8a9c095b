// Multiply, round, add, round: the flag -ffp-contract=off keeps the compiler from fusing them by itself.
#include "../Kernels/kernel_set.h"

#define KERNEL_FMA 0
#define KERNEL_SET venule_probe_kernels_unfused
#include "probe_shape.h"
#include "../Kernels/templates/kernel_set.inc.h"
