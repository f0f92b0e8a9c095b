// Rounds after multiplying and again after adding: the flag -ffp-contract=off keeps the compiler from fusing them.
#include "../Kernels/kernel_set.h"

#define KERNEL_FMA 0
#define KERNEL_SET venule_probe_kernels_unfused
#include "probe_shape.h"
#include "../Kernels/templates/kernel_set.inc.h"
