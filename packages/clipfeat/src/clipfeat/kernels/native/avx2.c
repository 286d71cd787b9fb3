/* Eight lanes: AVX2 with fused multiply-add. The instruction set is chosen here, not by a compiler option: one set of
   options builds all kernels, and only those the machine has are ever entered. */
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#define LANES 8
#define KERNEL clipfeat_avx2
#define KERNEL_NAME "avx2"
#include "body.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int clipfeat_no_avx2;
#endif
