/* Harmonic and percussive sums without storing either signal.

   Both soft masks add up to 1, so only the harmonic part is transformed back; the percussive one is the difference
   to the samples. Everything stays in the layout of the slab: frames, then stretches, innermost. */

/* Windowed samples of LANES inverse frames, frames innermost, with the frames before them in front. */
enum { FRAME_START = 4, FRAME_ROW = LANES + FRAME_START };

/* Sums of deviations from a reference, the first value, so that a constant part does not cancel in the variance. */
typedef struct {
    float reference;
    double sum, square;
} deviation_sums;

typedef struct {
    float frames[N_FFT * FRAME_ROW];
    deviation_sums harmonic, percussive;
} separation;

/* Power of the block as rows of the whole clip, for the medians along time, whose lanes are bins. rows: (BLOCK, ROW). */
static void store_rows(const float *power, float *rows) {
    for (ptrdiff_t k = 0; k < ROW; k += LANES)
        for (int lane = 0; lane < BLOCK; lane += LANES) {
            vf tile[LANES];
            for (int i = 0; i < LANES; i++) tile[i] = load(power + lane * ROW + (k + i) * LANES);
            transpose(tile);
            for (int i = 0; i < LANES; i++) store(rows + (lane + i) * ROW + k, tile[i]);
        }
}

/* Share a / (a + b) of the harmonic part from the medians of power along time and frequency; 1/2 where both are 0. */
static inline ALWAYS_INLINE vf share(vf along, vf across) {
    const vf both = along + across;
    return choose(both == (vf){0}, splat(0.5f), along / both);
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
                const ptrdiff_t cell = lane * ROW + (k + i) * LANES;
                const vf mask = share(tile[i], load(b->across + cell));
                store(b->re + cell, load(b->re + cell) * mask);
                store(b->im + cell, load(b->im + cell) * mask);
            }
        }
    }
}

/* Complex values k and 1024 - k whose inverse transform interleaves even and odd samples. */
static inline ALWAYS_INLINE void join_pair(const float *re, const float *im, int k, vf *a_re, vf *a_im, vf *b_re, vf *b_im) {
    const float c = clipfeat_tables.split_float[2 * k], s = -clipfeat_tables.split_float[2 * k + 1];
    const vf p = load(re + k * LANES), q = load(im + k * LANES);
    const vf r = load(re + (HALF_FFT - k) * LANES), t = load(im + (HALF_FFT - k) * LANES);
    const vf even_re = p + r, even_im = q - t, gap = p - r, sum = q + t;
    const vf odd_re = gap * c - sum * s, odd_im = gap * s + sum * c;
    *a_re = even_re - odd_im;
    *a_im = even_im + odd_re;
    *b_re = even_re + odd_im;
    *b_im = odd_re - even_im;
}

static inline ALWAYS_INLINE void join_either(
    const float *re, const float *im, int k, vf *a_re, vf *a_im, vf *b_re, vf *b_im
) {
    if (k <= HALF_FFT / 2) join_pair(re, im, k, a_re, a_im, b_re, b_im);
    else join_pair(re, im, HALF_FFT - k, b_re, b_im, a_re, a_im);
}

/* An inverse transform is a forward one with real and imaginary parts changing places. */
static inline ALWAYS_INLINE void inverse_column(const vf *re, const vf *im, int j, square_float *s) {
    const float *turn = clipfeat_tables.turn_1024_float + j * 64;
    dft32_turned_float(im, re, 1, s->im + j * LINE_float, s->re + j * LINE_float, turn);
}

static void inverse_columns(const float *re, const float *im, square_float *s) {
    vf a_re[32], a_im[32], b_re[32], b_im[32], ignored[2];
    join_pair(re, im, 0, &a_re[0], &a_im[0], &ignored[0], &ignored[1]);
    for (int i = 1; i <= 16; i++)
        join_pair(re, im, 32 * i, &a_re[i], &a_im[i], &a_re[32 - i], &a_im[32 - i]);
    inverse_column(a_re, a_im, 0, s);
    for (int i = 0; i < 16; i++)
        join_pair(re, im, 16 + 32 * i, &a_re[i], &a_im[i], &a_re[31 - i], &a_im[31 - i]);
    inverse_column(a_re, a_im, 16, s);
    for (int j = 1; j < 16; j++) {
        for (int i = 0; i < 32; i++)
            join_either(re, im, j + 32 * i, &a_re[i], &a_im[i], &b_re[31 - i], &b_im[31 - i]);
        inverse_column(a_re, a_im, j, s);
        inverse_column(b_re, b_im, 32 - j, s);
    }
}

/* Row k of the inverse: samples 2 k and 2 k + 1, and every 64th after them, windowed. */
static NOINLINE void inverse_row(const vf *re, const vf *im, const float *window, float *out) {
#define V vf
#define C(x) (x##f)
#define IN_RE(i) im[i * LINE_float]
#define IN_IM(i) re[i * LINE_float]
#define OUT(i, x, y)                                                \
    store(out + 64 * i * FRAME_ROW, (y) * window[64 * i]),          \
    store(out + (64 * i + 1) * FRAME_ROW, (x) * window[64 * i + 1])
#include "dft32.h"
#undef V
#undef C
#undef IN_RE
#undef IN_IM
#undef OUT
}

/* Windowed samples of LANES frames from their spectra: out (2048, FRAME_ROW). */
static void inverse(const float *re, const float *im, float *out, square_float *s) {
    inverse_columns(re, im, s);
    for (int k = 0; k < 32; k++)
        inverse_row(s->re + k, s->im + k, clipfeat_tables.inverse_window + 2 * k, out + 2 * k * FRAME_ROW);
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
static void count_edge(ptrdiff_t stretch, ptrdiff_t n_frames, ptrdiff_t end, const float *frames, const float *slab, separation *s) {
    for (int m = 0; m < HOP; m++) {
        const ptrdiff_t sample = stretch * HOP - PADDING + m;
        if (sample < 0 || sample >= end) continue;
        double sum = 0.0;
        for (int q = 0; q < OVERLAP; q++) sum += frames[(q * HOP + m) * FRAME_ROW - q];
        const float h = (float)(sum * INNER_SQUARES / squares_over(stretch, m, n_frames)), p = slab[m * SLAB_ROW] - h;
        if (sample == 0) {
            s->harmonic.reference = h;
            s->percussive.reference = p;
        }
        add_deviation(&s->harmonic, h, 1.0);
        add_deviation(&s->percussive, p, 1.0);
    }
}

enum { ROWS_PER_SUM = 16 };

/* Count LANES inner stretches, where the squared windows add up to INNER_SQUARES; single precision within sixteen rows only. */
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
    const clip_job *job, const float *rows, ptrdiff_t frame, ptrdiff_t end, block_spectra *b, separation *s, square_float *square
) {
    keep_harmonic(rows, job->n_frames, frame, b);
    for (int lane = 0; lane < BLOCK; lane += LANES) {
        inverse(b->re + lane * ROW, b->im + lane * ROW, s->frames + FRAME_START, square);
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
