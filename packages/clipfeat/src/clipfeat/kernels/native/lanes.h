/* Vectors of LANES floats and LANES / 2 doubles, by the vector extension of GCC and Clang.

   Arithmetic and comparisons are operators; only what the extension lacks (min, max, square root, conversions)
   is spelled per instruction set. Included once per kernel, with LANES set. */
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Codelets are shared by number types and stages; not every one is needed in each. */
#define NOINLINE __attribute__((noinline, unused))
#define ALWAYS_INLINE __attribute__((always_inline))
#define WIDE (LANES / 2)
#define VECTORS (BLOCK / LANES)
/* Vectors handled together: two chains of additions overlap where one would wait for itself. */
#define PAIRED (VECTORS >= 2 ? 2 : 1)

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));
typedef double vd __attribute__((vector_size(4 * LANES)));
/* The same at any address of a float. */
typedef double vd_anywhere __attribute__((vector_size(4 * LANES), aligned(8), may_alias));
typedef float vf_anywhere __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

static inline ALWAYS_INLINE vf load(const float *p) { return *(const vf_anywhere *)p; }
static inline ALWAYS_INLINE void store(float *p, vf v) { *(vf_anywhere *)p = v; }
static inline ALWAYS_INLINE vf splat(float x) { return x - (vf){0}; }
static inline ALWAYS_INLINE vf choose(vi mask, vf yes, vf no) { return (vf)((mask & (vi)yes) | (~mask & (vi)no)); }

#if defined(__AVX512F__) && LANES == 16
static inline ALWAYS_INLINE vf vmin(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
static inline ALWAYS_INLINE vf vmax(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
static inline ALWAYS_INLINE vf vsqrt(vf a) { return (vf)_mm512_sqrt_ps((__m512)a); }
static inline ALWAYS_INLINE vd widen(const float *p) { return (vd)_mm512_cvtps_pd(_mm256_loadu_ps(p)); }
static inline ALWAYS_INLINE void narrow(float *p, vd v) { _mm256_storeu_ps(p, _mm512_cvtpd_ps((__m512d)v)); }
#elif defined(__AVX2__) && LANES == 8
static inline ALWAYS_INLINE vf vmin(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
static inline ALWAYS_INLINE vf vmax(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
/* The square-root instruction would hold up the stage that needs it most. Newton's step on the estimate of the
   inverse root and a last fused correction round as it does: P. Markstein, "Computation of elementary functions",
   1990. */
static inline ALWAYS_INLINE vf vsqrt(vf a) {
    const vf inverse = (vf)_mm256_rsqrt_ps((__m256)vmax(a, splat(1.17549435e-38f)));
    const vf root = a * inverse, half = inverse * 0.5f, gap = 0.5f - half * root;
    const vf better = root + root * gap;
    return better + (half + half * gap) * (a - better * better);
}
static inline ALWAYS_INLINE vd widen(const float *p) { return (vd)_mm256_cvtps_pd(_mm_loadu_ps(p)); }
static inline ALWAYS_INLINE void narrow(float *p, vd v) { _mm_storeu_ps(p, _mm256_cvtpd_ps((__m256d)v)); }
#elif defined(__SSE2__) && LANES == 4
static inline ALWAYS_INLINE vf vmin(vf a, vf b) { return (vf)_mm_min_ps((__m128)a, (__m128)b); }
static inline ALWAYS_INLINE vf vmax(vf a, vf b) { return (vf)_mm_max_ps((__m128)a, (__m128)b); }
static inline ALWAYS_INLINE vf vsqrt(vf a) { return (vf)_mm_sqrt_ps((__m128)a); }
static inline ALWAYS_INLINE vd widen(const float *p) {
    return (vd)_mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)p)));
}
static inline ALWAYS_INLINE void narrow(float *p, vd v) {
    _mm_storel_epi64((__m128i *)p, _mm_castps_si128(_mm_cvtpd_ps((__m128d)v)));
}
#elif defined(__aarch64__) && LANES == 4
static inline ALWAYS_INLINE vf vmin(vf a, vf b) { return (vf)vminq_f32((float32x4_t)a, (float32x4_t)b); }
static inline ALWAYS_INLINE vf vmax(vf a, vf b) { return (vf)vmaxq_f32((float32x4_t)a, (float32x4_t)b); }
static inline ALWAYS_INLINE vf vsqrt(vf a) { return (vf)vsqrtq_f32((float32x4_t)a); }
static inline ALWAYS_INLINE vd widen(const float *p) { return (vd)vcvt_f64_f32(vld1_f32(p)); }
static inline ALWAYS_INLINE void narrow(float *p, vd v) { vst1_f32(p, vcvt_f32_f64((float64x2_t)v)); }
#else
/* Any other machine, and any lane count on any machine: element by element, for the compiler to vectorise. */
static inline vf vmin(vf a, vf b) {
    for (int i = 0; i < LANES; i++) a[i] = a[i] < b[i] ? a[i] : b[i];
    return a;
}
static inline vf vmax(vf a, vf b) {
    for (int i = 0; i < LANES; i++) a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
}
static inline vf vsqrt(vf a) {
    for (int i = 0; i < LANES; i++) a[i] = sqrtf(a[i]);
    return a;
}
static inline vd widen(const float *p) {
    vd v = {0};
    for (int i = 0; i < WIDE; i++) v[i] = p[i];
    return v;
}
static inline void narrow(float *p, vd v) {
    for (int i = 0; i < WIDE; i++) p[i] = (float)v[i];
}
#endif

static inline ALWAYS_INLINE double sum_lanes(vf v) {
    double sum = 0.0;
    for (int i = 0; i < LANES; i++) sum += v[i];
    return sum;
}

static inline ALWAYS_INLINE double sum_wide(vd v) {
    double sum = 0.0;
    for (int i = 0; i < WIDE; i++) sum += v[i];
    return sum;
}

/* The lower and upper half of the lanes in double precision, added up. */
static inline ALWAYS_INLINE vd widen_sum(vf v) {
    float lanes[LANES];
    store(lanes, v);
    return widen(lanes) + widen(lanes + WIDE);
}

/* One bit for each lane of a comparison's result that is true. */
static inline ALWAYS_INLINE unsigned lane_bits(vi mask) {
#if defined(__AVX512F__) && LANES == 16
    return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask);
#elif defined(__AVX2__) && LANES == 8
    return (unsigned)_mm256_movemask_ps((__m256)mask);
#elif defined(__SSE2__) && LANES == 4
    return (unsigned)_mm_movemask_ps((__m128)mask);
#else
    unsigned bits = 0;
    for (int i = 0; i < LANES; i++) bits |= (unsigned)(mask[i] & 1) << i;
    return bits;
#endif
}

#if LANES == 4
#define EACH_LANE(f, step) f(0, step), f(1, step), f(2, step), f(3, step)
#elif LANES == 8
#define EACH_LANE(f, step)                                                                                         \
    f(0, step), f(1, step), f(2, step), f(3, step), f(4, step), f(5, step), f(6, step), f(7, step)
#else
#define EACH_LANE(f, step)                                                                                         \
    f(0, step), f(1, step), f(2, step), f(3, step), f(4, step), f(5, step), f(6, step), f(7, step), f(8, step),    \
        f(9, step), f(10, step), f(11, step), f(12, step), f(13, step), f(14, step), f(15, step)
#endif

#if !defined(__clang__)
/* Of vectors `step` apart, the lanes `step` apart change sides. */
#define LANE_OF_UPPER(i, step) ((i) & (step) ? LANES + (i) - (step) : (i))
#define LANE_OF_LOWER(i, step) ((i) & (step) ? LANES + (i) : (i) + (step))
#define EXCHANGE(v, step)                                                                                          \
    do {                                                                                                           \
        const vi upper = {EACH_LANE(LANE_OF_UPPER, step)};                                                         \
        const vi lower = {EACH_LANE(LANE_OF_LOWER, step)};                                                         \
        for (int i = 0; i < LANES; i++) {                                                                          \
            if (i & (step)) continue;                                                                              \
            const vf a = v[i], b = v[i + (step)];                                                                  \
            v[i] = __builtin_shuffle(a, b, upper);                                                                 \
            v[i + (step)] = __builtin_shuffle(a, b, lower);                                                        \
        }                                                                                                          \
    } while (0)
#endif

/* Transpose LANES vectors in place: halves, then quarters, ... then single lanes change sides. */
static inline ALWAYS_INLINE void transpose(vf *v) {
#if defined(__clang__)
    float cells[LANES][LANES];
    for (int i = 0; i < LANES; i++) store(cells[i], v[i]);
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j < LANES; j++) v[i][j] = cells[j][i];
#else
#if LANES > 8
    EXCHANGE(v, 8);
#endif
#if LANES > 4
    EXCHANGE(v, 4);
#endif
    EXCHANGE(v, 2);
    EXCHANGE(v, 1);
#endif
}
