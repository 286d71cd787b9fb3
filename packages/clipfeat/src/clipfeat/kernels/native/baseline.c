/* Four lanes: NEON on every arm64, SSE4.2 (x86-64-v2) on x86-64; on other machines the compiler's choice. */
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#else
#pragma GCC target("sse4.2")
#endif
#define KERNEL_NAME "sse4"
#elif defined(__aarch64__)
#define KERNEL_NAME "neon"
#else
#define KERNEL_NAME "portable"
#endif
#define LANES 4
#define KERNEL clipfeat_baseline
#include "body.h"
#if defined(__x86_64__) && defined(__clang__)
#pragma clang attribute pop
#endif
