/* Mel power for the MusiCNN nets: frames of 512 samples every 256 at 16 kHz, zeros beyond the clip, in single
   precision throughout. LANES neighbouring frames at a time. */

enum { SHORT_SLAB_ROW = LANES + 4, SHORT_LINE = 17 };

typedef struct {
    float slab[SHORT_HOP * SHORT_SLAB_ROW];
    vf re[16 * SHORT_LINE], im[16 * SHORT_LINE];
    vf power[SHORT_BINS];
} short_scratch;

#define V vf
#define C(x) (x##f)
#define IN_RE(i) re[i * step]
#define IN_IM(i) im[i * step]
#define OUT(i, x, y) out_re[i] = x, out_im[i] = y
/* 16 values `step` apart. */
static NOINLINE void dft16(const vf *re, const vf *im, ptrdiff_t step, vf *out_re, vf *out_im) {
#include "dft16.h"
#undef IN_RE
#undef IN_IM
#undef OUT
}

/* Column j of short frames, as in `frame_column`: complex values 16 i + j, samples 32 i + 2 j and the next. */
static NOINLINE void short_column(const float *slab, const float *window, vf *out_re, vf *out_im, const float *turn) {
#define IN_RE(i) load(slab + (32 * (i) % SHORT_HOP) * SHORT_SLAB_ROW + 32 * (i) / SHORT_HOP) * window[32 * (i)]
#define IN_IM(i) load(slab + (32 * (i) % SHORT_HOP + 1) * SHORT_SLAB_ROW + 32 * (i) / SHORT_HOP) * window[32 * (i) + 1]
#define OUT(i, x, y)                                        \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1],  \
    out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]
#include "dft16.h"
#undef IN_RE
#undef IN_IM
#undef OUT
}
#undef V
#undef C

/* Row m, column c = sample m of stretch frame + c; stretches are 256 long, the first is padding. */
static void fill_short_slab(const float *samples, ptrdiff_t n, ptrdiff_t frame, float *slab) {
    for (int c = 0; c <= LANES; c++) {
        const ptrdiff_t first = (frame + c - 1) * SHORT_HOP;
        for (int m = 0; m < SHORT_HOP; m++)
            slab[m * SHORT_SLAB_ROW + c] = first + m >= 0 && first + m < n ? samples[first + m] : 0.0f;
    }
}

/* Power of bins k and 256 - k from values k and 256 - k of the complex transform of 256. */
static inline ALWAYS_INLINE void short_pair(vf *power, int k, vf a_re, vf a_im, vf b_re, vf b_im) {
    const float c = clipfeat_tables.split_short[2 * k], s = clipfeat_tables.split_short[2 * k + 1];
    const vf even_re = a_re + b_re, even_im = a_im - b_im, odd_re = a_im + b_im, odd_im = b_re - a_re;
    const vf turned_re = odd_re * c - odd_im * s, turned_im = odd_im * c + odd_re * s;
    const vf low_re = even_re + turned_re, low_im = even_im + turned_im;
    const vf high_re = even_re - turned_re, high_im = turned_im - even_im;
    power[k] = low_re * low_re + low_im * low_im;
    power[SHORT_FFT / 2 - k] = high_re * high_re + high_im * high_im;
}

/* As above, for k in either half. */
static inline ALWAYS_INLINE void short_either(vf *power, int k, vf a_re, vf a_im, vf b_re, vf b_im) {
    if (k <= SHORT_FFT / 4) short_pair(power, k, a_re, a_im, b_re, b_im);
    else short_pair(power, SHORT_FFT / 2 - k, b_re, b_im, a_re, a_im);
}

static void short_power(short_scratch *s) {
    vf a_re[16], a_im[16], b_re[16], b_im[16];
    for (int j = 0; j < 16; j++)
        short_column(
            s->slab + 2 * j * SHORT_SLAB_ROW, clipfeat_tables.short_window + 2 * j, s->re + j * SHORT_LINE,
            s->im + j * SHORT_LINE, clipfeat_tables.turn_256 + j * 32
        );
    dft16(s->re, s->im, SHORT_LINE, a_re, a_im);
    for (int i = 0; i <= 8; i++)
        short_pair(s->power, 16 * i, a_re[i], a_im[i], a_re[(16 - i) % 16], a_im[(16 - i) % 16]);
    dft16(s->re + 8, s->im + 8, SHORT_LINE, a_re, a_im);
    for (int i = 0; i < 8; i++) short_pair(s->power, 8 + 16 * i, a_re[i], a_im[i], a_re[15 - i], a_im[15 - i]);
    for (int k = 1; k < 8; k++) {
        dft16(s->re + k, s->im + k, SHORT_LINE, a_re, a_im);
        dft16(s->re + 16 - k, s->im + 16 - k, SHORT_LINE, b_re, b_im);
        for (int i = 0; i < 16; i++)
            short_either(s->power, k + 16 * i, a_re[i], a_im[i], b_re[15 - i], b_im[15 - i]);
    }
}

/* Band powers of `valid` frames: out (valid, n_bands). */
static void short_bands(const vf *power, const band_table *mel, ptrdiff_t valid, float *out) {
    const float *weights = mel->weights;
    for (int band = 0; band < mel->n_bands; band++) {
        vf sum = {0};
        for (int k = 0; k < mel->count[band]; k++) sum += power[mel->first[band] + k] * weights[k];
        weights += mel->count[band];
        for (int f = 0; f < LANES && f < valid; f++) out[f * mel->n_bands + band] = sum[f];
    }
}

static clip_status short_mel(const float *samples, ptrdiff_t n_samples, const band_table *mel, float *out) {
    const ptrdiff_t n_frames = 1 + n_samples / SHORT_HOP;
    arena memory;
    if (!arena_open(&memory, padded_bytes(sizeof(short_scratch)))) return CLIP_NO_MEMORY;
    short_scratch *s = arena_take(&memory, sizeof *s);
    memset(s->slab, 0, sizeof s->slab);
    for (ptrdiff_t frame = 0; frame < n_frames; frame += LANES) {
        fill_short_slab(samples, n_samples, frame, s->slab);
        short_power(s);
        short_bands(s->power, mel, n_frames - frame, out + frame * mel->n_bands);
    }
    free(memory.start);
    return CLIP_DONE;
}
