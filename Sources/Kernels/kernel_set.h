/// A table of kernels for each instruction set. All sets are compiled from the same templates.
#ifndef VENULE_KERNEL_SET_H
#define VENULE_KERNEL_SET_H

#include "functions.h"
#include "venule_kernels.h"

typedef struct {
    venule_kernel direct, grouped, depthwise, winograd4, winograd2;
    /// Indexed by venule_family. The entry for convolutions is empty, since there is a kernel for each algorithm.
    venule_kernel families[VENULE_FAMILY_COUNT];
    /// 1 if multiply and add are fused.
    int isFused;
} venule_kernel_set;

/// Finds a kernel in a set, as `venule_kernel_find` does.
static inline const venule_kernel *venule_kernel_of_set(
    const venule_kernel_set *set, venule_family family, uint32_t algorithm) {
    if (!set || (uint32_t)family >= VENULE_FAMILY_COUNT) return NULL;
    if (family == VENULE_CONVOLUTION) {
        switch (algorithm) {
        case 0: return &set->direct;
        case 1: return &set->grouped;
        case 2: return &set->depthwise;
        case 3: return &set->winograd4;
        case 4: return &set->winograd2;
        default: return NULL;
        }
    }
    return algorithm == 0 && set->families[family].run ? &set->families[family] : NULL;
}

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
