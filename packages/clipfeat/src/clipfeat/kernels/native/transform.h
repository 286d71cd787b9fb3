/* Fourier transforms of several frames at once, one frame a lane. Included once in double (NAME(x) = x_double) and
   once in single precision; V is a vector of numbers of type S.

   A real frame of 2048 is a square: 32 columns of 64 real samples, transformed to 33 values, turned, then 33 rows of
   32. Lines of the square are 34 vectors long: at 32 a row would fall into a few sets of the cache. */
enum { NAME(LINE) = 34 };

typedef struct {
    V re[ROWS * 34], im[ROWS * 34];
} NAME(square);

/* Result i is turned by turn[2 i] + i turn[2 i + 1] on its way out. */
#define OUT(i, x, y)                                                                                               \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1], out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]
#define OUT_END(i, x) out_re[i] = (x) * turn[2 * i], out_im[i] = (x) * turn[2 * i + 1]

/* Column j of frames: samples 32 i + j. Slab row m holds sample m of each stretch of 512, so the four stretches of a
   frame are the same row, one lane further each. */
static NOINLINE void NAME(frame_column)(const float *slab, const S *window, V *out_re, V *out_im, const S *turn) {
#define IN(i) FETCH(slab + 32 * (i) % HOP * SLAB_ROW + 32 * (i) / HOP) * window[32 * (i)]
#include "real_dft64.h"
#undef IN
}
#undef OUT
#undef OUT_END

/* Row k: bins k + 64 i. Those of the upper half are bins of the lower one, conjugated; of rows 0 and 32, which hold
   each bin twice, both give the same. */
static NOINLINE void NAME(frame_row)(
    const V *re, const V *im, float *low_re, float *low_im, float *high_re, float *high_im
) {
#define IN_RE(i) re[i * NAME(LINE)]
#define IN_IM(i) im[i * NAME(LINE)]
#define OUT(i, x, y)                                                                                               \
    do {                                                                                                           \
        if (i < 16) {                                                                                              \
            PUT(low_re + SPECTRUM_STEP * i * LANES, x);                                                            \
            PUT(low_im + SPECTRUM_STEP * i * LANES, y);                                                            \
        } else {                                                                                                   \
            PUT(high_re - SPECTRUM_STEP * (i - 16) * LANES, x);                                                    \
            PUT(high_im - SPECTRUM_STEP * (i - 16) * LANES, -(y));                                                 \
        }                                                                                                          \
    } while (0)
#include "dft32.h"
#undef IN_RE
#undef IN_IM
#undef OUT
}

/* Spectra of neighbouring frames, scaled: re, im (SPECTRUM_ROWS, LANES) of the vector that holds them. */
static void NAME(forward)(const float *slab, float *re, float *im, NAME(square) * s) {
    for (int j = 0; j < 32; j++)
        NAME(frame_column)(
            slab + j * SLAB_ROW, TABLE(window) + j, s->re + j * NAME(LINE), s->im + j * NAME(LINE),
            TABLE(turn_2048) + j * 2 * ROWS
        );
    for (int k = 0; k < ROWS; k++) {
        const ptrdiff_t top = spectrum_row(HALF_FFT - k) * LANES;
        NAME(frame_row)(s->re + k, s->im + k, re + k * LANES, im + k * LANES, re + top, im + top);
    }
}

/* Transform of any power of two n, in place, result in bit-reversed order; turns[2 k], [2 k + 1] = exp(-2 pi i k /
   n). */
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
