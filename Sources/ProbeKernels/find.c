#include "venule_probe_kernels.h"
#include "../Kernels/kernel_set.h"

extern const venule_kernel_set venule_probe_kernels_fused, venule_probe_kernels_unfused;

const venule_kernel *venule_probe_kernel_find(int isFused, venule_family family, uint32_t algorithm) {
    return venule_kernel_of_set(
        isFused ? &venule_probe_kernels_fused : &venule_probe_kernels_unfused, family, algorithm);
}
