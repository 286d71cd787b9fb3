/* Fourier transforms of several frames at once, one frame a lane. Included once in double (NAME(x) = x_double) and
   once in single precision; V is a vector of COUNT numbers of type S.

   A real frame of 2048 is a complex one of 1024 = 32 x 32: column transforms, a turn, row transforms. Rows of the
   intermediate square are 34 vectors apart: at 32 all of a column would fall into a few sets of the cache. */
enum { NAME(LINE) = 34 };

typedef struct {
    V re[32 * 34], im[32 * 34];
} NAME(square);

/* 32 values `step` apart, in natural order of both sides. */
static NOINLINE void NAME(dft32)(const V *re, const V *im, ptrdiff_t step, V *out_re, V *out_im) {
#define IN_RE(i) re[i * step]
#define IN_IM(i) im[i * step]
#define OUT(i, x, y) out_re[i] = x, out_im[i] = y
#include "dft32.h"
#undef OUT
}

/* Result i is turned by turn[2 i] + i turn[2 i + 1] on its way out. */
#define OUT(i, x, y)                                        \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1],  \
    out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]

static NOINLINE void NAME(dft32_turned)(
    const V *re, const V *im, ptrdiff_t step, V *out_re, V *out_im, const S *turn
) {
#include "dft32.h"
#undef IN_RE
#undef IN_IM
}

/* Column j of frames: complex values 32 i + j, that is samples 64 i + 2 j and the next. Slab row m holds sample m of
   each stretch of 512, so the four stretches of a frame are the same row, one lane further each. */
static NOINLINE void NAME(frame_column)(const float *slab, const S *window, V *out_re, V *out_im, const S *turn) {
#define IN_RE(i) FETCH(slab + (64 * (i) % HOP) * SLAB_ROW + 64 * (i) / HOP) * window[64 * (i)]
#define IN_IM(i) FETCH(slab + (64 * (i) % HOP + 1) * SLAB_ROW + 64 * (i) / HOP) * window[64 * (i) + 1]
#include "dft32.h"
#undef IN_RE
#undef IN_IM
}
#undef OUT

static void NAME(columns)(const float *slab, NAME(square) *s) {
    for (int j = 0; j < 32; j++)
        NAME(frame_column)(
            slab + 2 * j * SLAB_ROW, TABLE(window) + 2 * j, s->re + j * NAME(LINE), s->im + j * NAME(LINE),
            TABLE(turn_1024) + j * 64
        );
}

/* Transform of any power of two n, in place, result in bit-reversed order; turns[2 k], [2 k + 1] = exp(-2 pi i k / n). */
static void NAME(long_transform)(V *re, V *im, int n, const S *turns) {
    for (int half = n / 2; half; half /= 2)
        for (int start = 0; start < n; start += 2 * half)
            for (int j = 0; j < half; j++) {
                const int a = start + j, b = a + half, k = 2 * j * (n / 2 / half);
                const V gap_re = re[a] - re[b], gap_im = im[a] - im[b];
                re[a] += re[b];
                im[a] += im[b];
                re[b] = gap_re * turns[k] - gap_im * turns[k + 1];
                im[b] = gap_im * turns[k] + gap_re * turns[k + 1];
            }
}

/* Spectra k and 1024 - k of the real frames from values k and 1024 - k of the complex transform (`a`, `b`). */
static inline ALWAYS_INLINE void NAME(split_pair)(float *re, float *im, int k, V a_re, V a_im, V b_re, V b_im) {
    const S c = TABLE(split)[2 * k], s = TABLE(split)[2 * k + 1];
    const V even_re = a_re + b_re, even_im = a_im - b_im, odd_re = a_im + b_im, odd_im = b_re - a_re;
    const V turned_re = odd_re * c - odd_im * s, turned_im = odd_im * c + odd_re * s;
    PUT(re + k * LANES, even_re + turned_re);
    PUT(im + k * LANES, even_im + turned_im);
    PUT(re + (HALF_FFT - k) * LANES, even_re - turned_re);
    PUT(im + (HALF_FFT - k) * LANES, turned_im - even_im);
}

/* As above, for k in either half. */
static inline ALWAYS_INLINE void NAME(split_either)(float *re, float *im, int k, V a_re, V a_im, V b_re, V b_im) {
    if (k <= HALF_FFT / 2) NAME(split_pair)(re, im, k, a_re, a_im, b_re, b_im);
    else NAME(split_pair)(re, im, HALF_FFT - k, b_re, b_im, a_re, a_im);
}

/* Spectra of COUNT neighbouring frames, scaled: re, im (1025, LANES) of the vector that holds them. */
static void NAME(forward)(const float *slab, float *re, float *im, NAME(square) *s) {
    V a_re[32], a_im[32], b_re[32], b_im[32];
    NAME(columns)(slab, s);
    NAME(dft32)(s->re, s->im, NAME(LINE), a_re, a_im);
    for (int i = 0; i <= 16; i++) {
        const int other = (32 - i) % 32;
        NAME(split_pair)(re, im, 32 * i, a_re[i], a_im[i], a_re[other], a_im[other]);
    }
    NAME(dft32)(s->re + 16, s->im + 16, NAME(LINE), a_re, a_im);
    for (int i = 0; i < 16; i++)
        NAME(split_pair)(re, im, 16 + 32 * i, a_re[i], a_im[i], a_re[31 - i], a_im[31 - i]);
    for (int k = 1; k < 16; k++) {
        NAME(dft32)(s->re + k, s->im + k, NAME(LINE), a_re, a_im);
        NAME(dft32)(s->re + 32 - k, s->im + 32 - k, NAME(LINE), b_re, b_im);
        for (int i = 0; i < 32; i++)
            NAME(split_either)(re, im, k + 32 * i, a_re[i], a_im[i], b_re[31 - i], b_im[31 - i]);
    }
}
