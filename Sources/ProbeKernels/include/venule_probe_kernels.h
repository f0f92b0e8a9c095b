/// Kernels for the expected checksums of self-tests. They have the bits of the numeric contract on whatever machine
/// the compiler runs: with multiply and add fused, by the C library's function where the CPU has no instruction for it, and without.
#ifndef VENULE_PROBE_KERNELS_H
#define VENULE_PROBE_KERNELS_H

#include "venule_kernels.h"

/// As `venule_kernel_find`.
const venule_kernel *venule_probe_kernel_find(int isFused, venule_family family, uint32_t algorithm);

#endif
