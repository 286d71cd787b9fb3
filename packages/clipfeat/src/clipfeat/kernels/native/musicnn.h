/* Mel power for the MusiCNN nets: frames of 512 samples every 256 at 16 kHz, zeros beyond the clip, in single
   precision throughout. LANES neighbouring frames at a time. */

/* A frame is a square of 16 columns of 32 samples, transformed to 17 values, and 17 rows of 16. */
enum { SHORT_SLAB_ROW = LANES + 4, SHORT_LINE = 18 };

typedef struct {
    float slab[SHORT_HOP * SHORT_SLAB_ROW];
    vf re[SHORT_ROWS * SHORT_LINE], im[SHORT_ROWS * SHORT_LINE];
    vf power[SHORT_BINS];
} short_scratch;

#define V vf
#define C(x) (x##f)
/* Column j of short frames, as in `frame_column`: samples 16 i + j. */
static NOINLINE void short_column(
    const float *slab, const float *window, vf *out_re, vf *out_im, const float *turn
) {
#define IN(i) load(slab + 16 * (i) % SHORT_HOP * SHORT_SLAB_ROW + 16 * (i) / SHORT_HOP) * window[16 * (i)]
#define OUT(i, x, y)                                                                                               \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1], out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]
#define OUT_END(i, x) out_re[i] = (x) * turn[2 * i], out_im[i] = (x) * turn[2 * i + 1]
#include "real_dft32.h"
#undef IN
#undef OUT
#undef OUT_END
}

/* Row k, of which only the power is wanted: bins k + 32 i and, folded down, 256 - k - 32 (i - 8). */
static NOINLINE void short_row(const vf *re, const vf *im, vf *low, vf *high) {
#define IN_RE(i) re[i * SHORT_LINE]
#define IN_IM(i) im[i * SHORT_LINE]
#define OUT(i, x, y) *(i < 8 ? low + 32 * i : high - 32 * (i - 8)) = (x) * (x) + (y) * (y)
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

static void short_power(short_scratch *s) {
    for (int j = 0; j < 16; j++)
        short_column(
            s->slab + j * SHORT_SLAB_ROW, clipfeat_tables.short_window + j, s->re + j * SHORT_LINE,
            s->im + j * SHORT_LINE, clipfeat_tables.turn_512 + j * 2 * SHORT_ROWS
        );
    for (int k = 0; k < SHORT_ROWS; k++)
        short_row(s->re + k, s->im + k, s->power + k, s->power + SHORT_FFT / 2 - k);
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
