/* Harmonic and percussive sums without storing either signal.

   Both soft masks add up to 1, so only the harmonic part is transformed back; the percussive one is the difference
   to the samples. Everything stays in the layout of the slab: frames, then stretches, innermost. */

/* Windowed samples of LANES inverse frames, frames innermost, with the frames before them in front. Rows are of odd
   length, because columns of the transform write every 32nd of them. */
enum { FRAME_START = 4, FRAME_ROW = LANES + FRAME_START + 1 };

/* Sums of deviations from a reference, the first value, so that a constant part does not cancel in the variance. */
typedef struct {
    float reference;
    double sum, square;
} deviation_sums;

typedef struct {
    float frames[N_FFT * FRAME_ROW];
    deviation_sums harmonic, percussive;
} separation;

/* Power of the block as rows of the whole clip, for the medians along time, whose lanes are bins. rows: (BLOCK,
   ROW). */
static void store_rows(const float *power, float *rows) {
    for (ptrdiff_t k = 0; k < ROW; k += LANES)
        for (int lane = 0; lane < BLOCK; lane += LANES) {
            vf tile[LANES];
            for (int i = 0; i < LANES; i++) tile[i] = load(power + lane * ROW + (k + i) * LANES);
            transpose(tile);
            for (int i = 0; i < LANES; i++) store(rows + (lane + i) * ROW + k, tile[i]);
        }
}

/* Share a / (a + b) of the harmonic part from the medians of power along time and frequency; 1/2 where both are 0,
   which the smallest normal number brings about without a comparison. */
static inline ALWAYS_INLINE vf share(vf along, vf across) {
    const vf a = along + 1.17549435e-38f;
    return a / (a + (across + 1.17549435e-38f));
}

/* Multiply the spectra of a block by the harmonic mask. rows: power of the clip; frame: first of the block. */
static void keep_harmonic(const float *rows, ptrdiff_t n_frames, ptrdiff_t frame, block_spectra *b) {
    const float *around[GROUPS * GROUP];
    for (int i = 0; i < GROUPS * GROUP; i++) around[i] = rows + mirrored(frame - BLOCK + i, n_frames) * ROW;
    for (ptrdiff_t k = 0; k < N_BINS; k += LANES) {
        float medians[BLOCK * LANES];
        medians_across_rows(around, k, medians);
        for (int lane = 0; lane < BLOCK; lane += LANES) {
            vf tile[LANES];
            for (int i = 0; i < LANES; i++) tile[i] = load(medians + (lane + i) * LANES);
            transpose(tile);
            for (int i = 0; i < LANES && k + i < N_BINS; i++) {
                const ptrdiff_t cell = lane * SPECTRUM_ROWS + spectrum_row(k + i) * LANES;
                const vf mask = share(tile[i], load(b->across + lane * ROW + (k + i) * LANES));
                store(b->re + cell, load(b->re + cell) * mask);
                store(b->im + cell, load(b->im + cell) * mask);
            }
        }
    }
}

/* The inverse walks the square of the forward transform backwards. An inverse transform is a forward one with real
   and imaginary parts changing places. Row k: from bins k + 64 i to 32 columns, turned back. */
static NOINLINE void inverse_row(
    const float *low_re, const float *low_im, const float *high_re, const float *high_im, vf *out_re, vf *out_im,
    const float *turn
) {
#define V vf
#define C(x) (x##f)
#define IN_RE(i)                                                                                                   \
    (i < 16 ? load(low_im + SPECTRUM_STEP * i * LANES) : -load(high_im - SPECTRUM_STEP * (i - 16) * LANES))
#define IN_IM(i)                                                                                                   \
    (i < 16 ? load(low_re + SPECTRUM_STEP * i * LANES) : load(high_re - SPECTRUM_STEP * (i - 16) * LANES))
#define OUT(i, x, y)                                                                                               \
    out_re[i] = (y) * turn[2 * i] - (x) * turn[2 * i + 1], out_im[i] = (x) * turn[2 * i] + (y) * turn[2 * i + 1]
#include "dft32.h"
#undef IN_RE
#undef IN_IM
#undef OUT
}

/* Column j: samples 32 i + j, windowed. */
static NOINLINE void inverse_column(const vf *re, const vf *im, const float *window, float *out) {
#define IN_RE(i) re[i * LINE_float]
#define IN_IM(i) im[i * LINE_float]
#define OUT(i, x) store(out + 32 * i * FRAME_ROW, (x) * window[32 * i])
#include "inverse_real_dft64.h"
#undef IN_RE
#undef IN_IM
#undef OUT
#undef V
#undef C
}

/* Windowed samples of LANES frames from their spectra: out (2048, FRAME_ROW). */
static void inverse(const float *re, const float *im, float *out, square_float *s) {
    for (int k = 0; k < ROWS; k++) {
        const ptrdiff_t top = spectrum_row(HALF_FFT - k) * LANES;
        inverse_row(
            re + k * LANES, im + k * LANES, re + top, im + top, s->re + k * LINE_float, s->im + k * LINE_float,
            clipfeat_tables.turn_back + k * 64
        );
    }
    for (int j = 0; j < 32; j++)
        inverse_column(s->re + j, s->im + j, clipfeat_tables.inverse_window + j, out + j * FRAME_ROW);
}

/* Which of the frames over stretch c exist, their squared windows summed at sample m of the stretch. */
static double squares_over(ptrdiff_t c, int m, ptrdiff_t n_frames) {
    double sum = 0.0;
    for (int q = 0; q < OVERLAP; q++)
        if (c - q >= 0 && c - q < n_frames) sum += clipfeat_tables.squares[q * HOP + m];
    return sum;
}

static void add_deviation(deviation_sums *sums, float value, double times) {
    const double deviation = (double)value - sums->reference;
    sums->sum += times * deviation;
    sums->square += times * deviation * deviation;
}

/* Count one stretch where a frame may be missing or samples may lie outside [0, end). */
static void count_edge(
    ptrdiff_t stretch, ptrdiff_t n_frames, ptrdiff_t end, const float *frames, const float *slab, separation *s
) {
    for (int m = 0; m < HOP; m++) {
        const ptrdiff_t sample = stretch * HOP - PADDING + m;
        if (sample < 0 || sample >= end) continue;
        double sum = 0.0;
        for (int q = 0; q < OVERLAP; q++) sum += frames[(q * HOP + m) * FRAME_ROW - q];
        const float h = (float)(sum * INNER_SQUARES / squares_over(stretch, m, n_frames)),
                    p = slab[m * SLAB_ROW] - h;
        if (sample == 0) {
            s->harmonic.reference = h;
            s->percussive.reference = p;
        }
        add_deviation(&s->harmonic, h, 1.0);
        add_deviation(&s->percussive, p, 1.0);
    }
}

enum { ROWS_PER_SUM = 16 };

/* Count LANES inner stretches, where the squared windows add up to INNER_SQUARES; single precision within sixteen
   rows only. */
static void count_inner(const float *frames, const float *slab, separation *s) {
    const vf h_first = splat(s->harmonic.reference), p_first = splat(s->percussive.reference);
    vd total[4] = {{0}};
    for (int start = 0; start < HOP; start += ROWS_PER_SUM) {
        vf sum[4] = {{0}};
        for (int m = start; m < start + ROWS_PER_SUM; m++) {
            const float *cell = frames + m * FRAME_ROW;
            const vf early = load(cell) + load(cell + HOP * FRAME_ROW - 1);
            const vf late = load(cell + 2 * HOP * FRAME_ROW - 2) + load(cell + 3 * HOP * FRAME_ROW - 3);
            const vf harmonic = early + late;
            const vf h = harmonic - h_first, p = (load(slab + m * SLAB_ROW) - harmonic) - p_first;
            sum[0] += h;
            sum[1] += h * h;
            sum[2] += p;
            sum[3] += p * p;
        }
        for (int i = 0; i < 4; i++) total[i] += widen_sum(sum[i]);
    }
    s->harmonic.sum += sum_wide(total[0]);
    s->harmonic.square += sum_wide(total[1]);
    s->percussive.sum += sum_wide(total[2]);
    s->percussive.square += sum_wide(total[3]);
}

/* Count the LANES stretches from stretch `frame` on, which the frames up to now finish, and carry the last frames
   over to the next ones. `end`: samples that are counted at all. */
static void count_stretches(ptrdiff_t frame, ptrdiff_t n_frames, ptrdiff_t end, separation *s, const float *slab) {
    const ptrdiff_t last = frame + LANES - 1;
    const float *frames = s->frames + FRAME_START;
    if (frame >= TAIL && last < n_frames && (last + 1) * HOP - PADDING <= end) count_inner(frames, slab, s);
    else
        for (int c = 0; c < LANES; c++) count_edge(frame + c, n_frames, end, frames + c, slab + c, s);
    for (int i = HOP; i < N_FFT; i++)
        *(quad *)(s->frames + i * FRAME_ROW) = *(const quad *)(s->frames + i * FRAME_ROW + LANES);
}

/* Masked spectra of a block to sums. */
static void separate_block(
    const clip_job *job, const float *rows, ptrdiff_t frame, ptrdiff_t end, block_spectra *b, separation *s,
    square_float *square
) {
    keep_harmonic(rows, job->n_frames, frame, b);
    for (int lane = 0; lane < BLOCK; lane += LANES) {
        inverse(b->re + lane * SPECTRUM_ROWS, b->im + lane * SPECTRUM_ROWS, s->frames + FRAME_START, square);
        count_stretches(frame + lane, job->n_frames, end, s, b->slab + lane);
    }
}

/* The stretches after the last block of frames, if the last frames reach beyond it. */
static void separate_rest(const clip_job *job, ptrdiff_t frame, ptrdiff_t end, separation *s, float *slab) {
    if (frame * HOP - PADDING >= end) return;
    fill_slab(job, frame, slab, NULL);
    for (int lane = 0; lane < TAIL; lane += LANES) {
        for (int i = 0; i < N_FFT; i++) store(s->frames + i * FRAME_ROW + FRAME_START, (vf){0});
        count_stretches(frame + lane, job->n_frames, end, s, slab + lane);
    }
}
