/* Four lanes: what every x86-64 (SSE2) and every arm64 (NEON) has; on other machines the compiler's choice. */
#define LANES 4
#define KERNEL clipfeat_baseline
#if defined(__x86_64__)
#define KERNEL_NAME "sse2"
#elif defined(__aarch64__)
#define KERNEL_NAME "neon"
#else
#define KERNEL_NAME "portable"
#endif
#include "body.h"
