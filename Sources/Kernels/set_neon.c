// NEON of 32-bit ARM with VFPv4, which has fused multiply-add. Without VFPv4 the portable set uses NEON too, but
// gives bits of its own. On 64-bit ARM the portable set already is NEON with fused multiply-add.
#if defined(__arm__) && defined(__ARM_NEON)
#include "kernel_set.h"

#define KERNEL_FMA 1
#define KERNEL_SHARES_MOVES
#define KERNEL_FLOAT16 1
#define KERNEL_SET venule_kernels_neon
#define KERNEL_ISA "neon"
#include "shape_neon32.h"

#pragma clang diagnostic ignored "-Wpsabi"
// The flag -mfpu=neon takes these away from the target, so each of them has to be named.
#pragma clang attribute push(__attribute__((target("vfp4,vfp4d16,vfp4sp,vfp4d16sp,fp16"))), apply_to = function)
#include "templates/kernel_set.inc.h"
#pragma clang attribute pop
#else
typedef int venule_no_neon;
#endif
