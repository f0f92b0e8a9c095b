#include "kernel_set.h"

/// Declared here in place of the C library's headers: what the system says about the processor (Linux, asm/hwcap.h,
/// asm/hwprobe.h).
unsigned long getauxval(unsigned long type);
long syscall(long number, ...);
enum {
    auxiliaryCapabilities = 16
};
#if defined(__arm__) && defined(__ARM_NEON)
enum {
    capabilityNEON = 1 << 12,
    capabilityVFPv4 = 1 << 16
};
#elif defined(__riscv) && __riscv_xlen == 64
enum {
    capabilityVector = 1 << 21,
    callHardwareProbe = 258,
    probeExtensions = 4,
    extensionVector = 1 << 2
};

/// 1 if the system says that the processor has version 1.0 of the vectors, 0 if it says that it has not, and -1 if
/// the system is too old to be asked.
static int probe_vectors(void) {
    struct {
        int64_t key;
        uint64_t value;
    } probe = {probeExtensions, 0};
    if (syscall(callHardwareProbe, &probe, 1ul, 0ul, (void *)0, 0u) != 0) return -1;
    return probe.key == probeExtensions && (probe.value & extensionVector) != 0;
}
#endif

static const venule_kernel_set *kernels_of(venule_isa isa) {
    switch (isa) {
#if defined(__aarch64__)
    // The compiler's target has NEON, so that the portable set is the NEON set, under both names.
    case VENULE_ISA_NEON:
#endif
    case VENULE_ISA_PORTABLE: return &venule_kernels_portable;
#if defined(__x86_64__)
    case VENULE_ISA_AVX2: return &venule_kernels_avx2;
    case VENULE_ISA_AVX512: return &venule_kernels_avx512;
#elif defined(__arm__) && defined(__ARM_NEON)
    case VENULE_ISA_NEON: return &venule_kernels_neon;
#elif defined(__riscv) && __riscv_xlen == 64
    case VENULE_ISA_RVV: return &venule_kernels_rvv;
#endif
    default: return NULL;
    }
}

int venule_isa_available(venule_isa isa) {
    switch (isa) {
    case VENULE_ISA_PORTABLE: return 1;
#if defined(__x86_64__)
    case VENULE_ISA_AVX2:
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    case VENULE_ISA_AVX512:
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    case VENULE_ISA_NEON: return 1;
#elif defined(__arm__) && defined(__ARM_NEON)
    case VENULE_ISA_NEON: {
        const unsigned long needed = capabilityNEON | capabilityVFPv4;
        return (getauxval(auxiliaryCapabilities) & needed) == needed;
    }
#elif defined(__riscv) && __riscv_xlen == 64
    case VENULE_ISA_RVV: {
        const int probed = probe_vectors();
        return probed >= 0 ? probed : (getauxval(auxiliaryCapabilities) & capabilityVector) != 0;
    }
#endif
    default: return 0;
    }
}

venule_isa venule_isa_best(void) {
    if (venule_isa_available(VENULE_ISA_AVX512)) return VENULE_ISA_AVX512;
    if (venule_isa_available(VENULE_ISA_AVX2)) return VENULE_ISA_AVX2;
    if (venule_isa_available(VENULE_ISA_NEON)) return VENULE_ISA_NEON;
#if defined(__riscv) && __riscv_xlen == 64
    // Old systems say that a processor has vectors also if it has those of version 0.7. So on these only somebody who
    // asks for the set gets it.
    if (probe_vectors() == 1) return VENULE_ISA_RVV;
#endif
    return VENULE_ISA_PORTABLE;
}

const char *venule_isa_name(venule_isa isa) {
    switch (isa) {
    case VENULE_ISA_PORTABLE: return "portable";
    case VENULE_ISA_AVX2: return "avx2";
    case VENULE_ISA_AVX512: return "avx512";
    case VENULE_ISA_NEON: return "neon";
    case VENULE_ISA_RVV: return "rvv";
    default: return NULL;
    }
}

/// The set to ask for a kernel that a set leaves out. The portable one has all kernels.
static venule_isa lesser(venule_isa isa) { return isa == VENULE_ISA_AVX512 ? VENULE_ISA_AVX2 : VENULE_ISA_PORTABLE; }

int venule_isa_is_fused(venule_isa isa) {
    const venule_kernel_set *set = kernels_of(isa);
    return set && set->isFused;
}

const venule_kernel *venule_kernel_find(venule_isa isa, venule_family family, uint32_t algorithm) {
    for (;;) {
        const venule_kernel_set *set = kernels_of(isa);
        const venule_kernel *kernel = venule_kernel_of_set(set, family, algorithm);
        if (kernel || !set || isa == VENULE_ISA_PORTABLE) return kernel;
        isa = lesser(isa);
    }
}
