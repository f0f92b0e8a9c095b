/// A table of kernels for each instruction set. The set of a file is compiled from the same templates.
#ifndef VENULE_KERNEL_SET_H
#define VENULE_KERNEL_SET_H

#include "venule_kernels.h"

typedef struct {
    venule_kernel direct, grouped, depthwise, winograd4, winograd2;
    /// By venule_family; that of convolution is empty.
    venule_kernel families[VENULE_FAMILY_COUNT];
} venule_kernel_set;

extern const venule_kernel_set venule_kernels_portable;
#if defined(__x86_64__)
extern const venule_kernel_set venule_kernels_avx2;
extern const venule_kernel_set venule_kernels_avx512;
#elif defined(__arm__) && defined(__ARM_NEON)
extern const venule_kernel_set venule_kernels_neon;
#elif defined(__riscv) && __riscv_xlen == 64
extern const venule_kernel_set venule_kernels_rvv;
#endif

#endif
