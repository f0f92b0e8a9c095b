/// Kernels that compute the expected checksums of self-tests. Whatever machine the compiler runs on, they give the
/// bits that the numeric contract says. There is one set with fused multiply-add, for which the C library's function
/// is used if the processor has no instruction, and one set without.
#ifndef VENULE_PROBE_KERNELS_H
#define VENULE_PROBE_KERNELS_H

#include "venule_kernels.h"

/// As `venule_kernel_find`.
const venule_kernel *venule_probe_kernel_find(int isFused, venule_family family, uint32_t algorithm);

#endif
