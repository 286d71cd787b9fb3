/* Sixteen lanes: AVX-512 as every server since Skylake and every Zen 4 has it. CLIPFEAT_EMULATE_AVX512 builds the same
   source for AVX2, element by element where it names instructions, for tests on processors without it. */
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(                                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,prefer-512-bit"))), apply_to = function          \
)
#elif defined(CLIPFEAT_EMULATE_AVX512)
#pragma GCC target("avx2,fma")
#else
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,fma,prefer-vector-width=512")
#endif
#define LANES 16
#define KERNEL clipfeat_avx512
#define KERNEL_NAME "avx512"
#include "body.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int clipfeat_no_avx512;
#endif
