/* Onset strength and tempo. */

/* Sum of the two middle values (twice the middle one) of n rows, sorted by insertion, lane by lane: any n. */
static vf middle_of_rows(vf *rows, int n) {
    if (n == 128) return middle_pair128(rows);
    /* Batcher's sort for any length: Knuth, The Art of Computer Programming, 5.2.2, algorithm M. */
    int top = 1;
    while (2 * top < n) top *= 2;
    for (int p = top; p > 0; p /= 2) {
        int q = top, r = 0, d = p;
        for (;;) {
            for (int i = 0; i < n - d; i++)
                if ((i & p) == r) COMPARE(rows[i], rows[i + d]);
            if (q == p) break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
    return rows[(n - 1) / 2] + rows[n / 2];
}

/* Median over bands of the rise in dB from frame to frame, delayed so that an onset is dated to its frame's centre.
   levels: (n_mels, stride), readable LANES + 1 beyond the last frame's row; out: (n_frames,). */
static void onset_strength(const clip_job *job, const float *levels, ptrdiff_t stride, vf *rises, float *out) {
    const ptrdiff_t first = job->tempo.onset_delay + 1, n = job->n_frames - first;
    memset(out, 0, (size_t)job->n_frames * sizeof(float));
    for (ptrdiff_t t = 0; t < n; t += LANES) {
        for (int band = 0; band < job->mel.n_bands; band++) {
            const float *row = levels + band * stride + t;
            rises[band] = vmax(load(row + 1) - load(row), (vf){0});
        }
        const vf median = middle_of_rows(rises, job->mel.n_bands) * 0.5f;
        for (int i = 0; i < LANES && t + i < n; i++) out[first + t + i] = median[i];
    }
}

/* Onsets with half a window of a linear ramp to zero on both sides; zeros follow. */
static void pad_onsets(const float *onsets, ptrdiff_t n, int n_lags, float *out, ptrdiff_t length) {
    const int half = n_lags / 2;
    memset(out, 0, (size_t)length * sizeof(float));
    for (int i = 0; i < half; i++) {
        out[i] = (float)((double)onsets[0] * i / half);
        out[half + n + i] = (float)((double)onsets[n - 1] * (half - 1 - i) / half);
    }
    memcpy(out + half, onsets, (size_t)n * sizeof(float));
}

typedef struct {
    int length;         /* of the transforms: a power of two */
    vf *re, *im, *power;
    float *window, *turns_float;
    double *turns;
    vd *wide_re, *wide_im;
    square_float *square;
} tempo_scratch;

/* 16 values 32 apart, turned on their way out. */
static NOINLINE void dft16_turned(const vf *re, const vf *im, vf *out_re, vf *out_im, const float *turn) {
#define V vf
#define C(x) (x##f)
#define IN_RE(i) re[32 * (i)]
#define IN_IM(i) im[32 * (i)]
#define OUT(i, x, y)                                        \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1],  \
    out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]
#include "dft16.h"
#undef V
#undef C
#undef IN_RE
#undef IN_IM
#undef OUT
}

/* Complex transform of 32 n values, n = 16 or 32, in place and in natural order: 32 columns of n, then n rows of 32. */
static void complex_transform(vf *re, vf *im, int n, square_float *s) {
    const int is_long = n == 32;
    const float *turn = is_long ? clipfeat_tables.turn_1024_float : clipfeat_tables.turn_512_float;
    for (int j = 0; j < 32; j++) {
        vf *to_re = s->re + j * LINE_float, *to_im = s->im + j * LINE_float;
        if (is_long) dft32_turned_float(re + j, im + j, 32, to_re, to_im, turn + j * 64);
        else dft16_turned(re + j, im + j, to_re, to_im, turn + j * 32);
    }
    for (int k = 0; k < n; k++) {
        vf row_re[32], row_im[32];
        dft32_float(s->re + k, s->im + k, LINE_float, row_re, row_im);
        for (int i = 0; i < 32; i++) {
            re[k + i * n] = row_re[i];
            im[k + i * n] = row_im[i];
        }
    }
}

/* 2 LANES windows of padded onsets, one each in the real and imaginary parts of a lane, scaled to unit energy. */
static void load_windows(const float *padded, ptrdiff_t first, ptrdiff_t n_windows, int n_lags, const tempo_scratch *s) {
    vf energy[2] = {{0}}, unit[2] = {{0}};
    for (int i = 0; i < n_lags; i++) {
        s->re[i] = load(padded + first + i) * s->window[i];
        s->im[i] = load(padded + first + LANES + i) * s->window[i];
        energy[0] += s->re[i] * s->re[i];
        energy[1] += s->im[i] * s->im[i];
    }
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < LANES; i++) {
            const int counts = first + half * LANES + i < n_windows && energy[half][i] > 0.0f;
            unit[half][i] = counts ? 1.0f / sqrtf(energy[half][i]) : 0.0f;
        }
    for (int i = 0; i < n_lags; i++) {
        s->re[i] *= unit[0];
        s->im[i] *= unit[1];
    }
    memset(s->re + n_lags, 0, (size_t)(s->length - n_lags) * sizeof(vf));
    memset(s->im + n_lags, 0, (size_t)(s->length - n_lags) * sizeof(vf));
}

static int bit_reversed(int i, int n) {
    int reversed = 0;
    for (int bit = 1; bit < n; bit *= 2, i /= 2) reversed = 2 * reversed + (i & 1);
    return reversed;
}

/* Sum of the power spectra of all windows, in natural order, to s->wide_re (every lane the same). */
static void sum_spectra(const float *padded, ptrdiff_t n_windows, int n_lags, const tempo_scratch *s) {
    const int n = s->length, is_short = n == 512 || n == 1024;
    for (int i = 0; i < n; i++) s->power[i] = (vf){0};
    for (ptrdiff_t first = 0; first < n_windows; first += 2 * LANES) {
        load_windows(padded, first, n_windows, n_lags, s);
        if (is_short) complex_transform(s->re, s->im, n / 32, s->square);
        else long_transform_float(s->re, s->im, n, s->turns_float);
        for (int i = 0; i < n; i++) s->power[i] += s->re[i] * s->re[i] + s->im[i] * s->im[i];
    }
    for (int i = 0; i < n; i++) s->wide_re[is_short ? i : bit_reversed(i, n)] = sum_lanes(s->power[i]) - (vd){0};
    memset(s->wide_im, 0, (size_t)n * sizeof(vd));
}

/* Mean autocorrelation of all windows at lags 0 .. count - 1. Two windows share a complex transform: what they have
   in common falls into the imaginary part, so that one transform of the summed power gives the sum over all. */
static void mean_autocorrelation(
    const float *padded, ptrdiff_t n_windows, int n_lags, int count, const tempo_scratch *s, double *out
) {
    const int n = s->length;
    sum_spectra(padded, n_windows, n_lags, s);
    long_transform_double(s->wide_re, s->wide_im, n, s->turns);
    for (int lag = 0; lag < count; lag++) out[lag] = s->wide_re[bit_reversed(lag, n)][0] / n / (double)n_windows;
}

/* More than single precision can err in a mean autocorrelation of windows of unit energy. */
#define AUTOCORRELATION_ERROR 1e-6

static double score(double autocorrelation, double prior) { return log1p(1e6 * fmax(autocorrelation, 0.0)) + prior; }

/* The lag of the best score in exact arithmetic among the `count` lags of `candidates`; ties go to the first. */
static int exact_best(const clip_job *job, const float *padded, double *windowed, const int *candidates, int count, double *sums) {
    const int n = job->tempo.n_lags;
    for (int c = 0; c < count; c++) sums[c] = 0.0;
    for (ptrdiff_t first = 0; first < job->n_frames; first++) {
        double energy = 0.0;
        for (int i = 0; i < n; i++) {
            windowed[i] = padded[first + i] * job->tempo.window[i];
            energy += windowed[i] * windowed[i];
        }
        for (int c = 0; energy > 0.0 && c < count; c++) {
            double sum[4] = {0.0};
            for (int i = 0; i < n - candidates[c]; i++) sum[i % 4] += windowed[i] * windowed[i + candidates[c]];
            sums[c] += (sum[0] + sum[1] + sum[2] + sum[3]) / energy;
        }
    }
    int best = 0;
    double highest = -HUGE_VAL;
    for (int c = 0; c < count; c++) {
        const double value = score(sums[c] / (double)job->n_frames, job->tempo.prior[candidates[c]]);
        if (value > highest) highest = value, best = candidates[c];
    }
    return best;
}

/* Lags below `count` that may be the best one within the error of `a`; returns how many. `*sure`: no lag from `count`
   on can be better, whatever its autocorrelation. */
static int possible_lags(const tempo_table *tempo, const double *a, int count, int *candidates, int *sure) {
    double reached = -HUGE_VAL, beyond = -HUGE_VAL;
    for (int lag = 0; lag < count; lag++) reached = fmax(reached, score(a[lag] - AUTOCORRELATION_ERROR, tempo->prior[lag]));
    for (int lag = count; lag < tempo->n_lags; lag++) beyond = fmax(beyond, score(1.0, tempo->prior[lag]));
    int found = 0;
    for (int lag = 0; lag < count; lag++)
        if (score(a[lag] + AUTOCORRELATION_ERROR, tempo->prior[lag]) >= reached) candidates[found++] = lag;
    *sure = reached > beyond;
    return found;
}

static int power_of_two(int least) {
    int n = 512;
    while (n < least) n *= 2;
    return n;
}

static size_t tempo_bytes(const clip_job *job) {
    const size_t n = (size_t)power_of_two(2 * job->tempo.n_lags), lags = (size_t)job->tempo.n_lags;
    return 5 * padded_bytes(n * sizeof(vf)) + 2 * padded_bytes(n * sizeof(double)) + 4 * padded_bytes(lags * sizeof(double))
        + padded_bytes(sizeof(square_float)) + padded_bytes(((size_t)job->n_frames + 2 * lags + 4 * LANES) * sizeof(float));
}

static void open_tempo_scratch(const clip_job *job, arena *memory, tempo_scratch *s) {
    const size_t n = (size_t)power_of_two(2 * job->tempo.n_lags);
    s->re = arena_take(memory, n * sizeof(vf));
    s->im = arena_take(memory, n * sizeof(vf));
    s->power = arena_take(memory, n * sizeof(vf));
    s->wide_re = arena_take(memory, n * sizeof(vd));
    s->wide_im = arena_take(memory, n * sizeof(vd));
    s->turns = arena_take(memory, n * sizeof(double));
    s->turns_float = arena_take(memory, n * sizeof(float));
    s->window = arena_take(memory, (size_t)job->tempo.n_lags * sizeof(float));
    s->square = arena_take(memory, sizeof(square_float));
    for (int i = 0; i < job->tempo.n_lags; i++) s->window[i] = (float)job->tempo.window[i];
}

static void set_transform_length(tempo_scratch *s, int n) {
    s->length = n;
    for (int k = 0; k < n / 2; k++) {
        s->turns[2 * k] = cos(6.283185307179586476925286766559 * k / n);
        s->turns[2 * k + 1] = -sin(6.283185307179586476925286766559 * k / n);
    }
    for (int i = 0; i < n; i++) s->turns_float[i] = (float)s->turns[i];
}

/* Tempo [BPM] of an onset curve (n_frames,); 0 without an onset. A transform of half the length leaves the short lags
   free of wrap-around: it is enough when the best of them beats any value the others could have. */
static double tempo_of(const clip_job *job, const float *onsets, arena *memory) {
    const int n_lags = job->tempo.n_lags, whole = power_of_two(2 * n_lags);
    const ptrdiff_t n = job->n_frames, length = n + 2 * n_lags + 4 * LANES;
    tempo_scratch s;
    open_tempo_scratch(job, memory, &s);
    float *padded = arena_take(memory, (size_t)length * sizeof(float));
    double *a = arena_take(memory, (size_t)n_lags * sizeof(double));
    double *spare = arena_take(memory, (size_t)n_lags * sizeof(double));
    int *candidates = arena_take(memory, (size_t)n_lags * sizeof(int));
    ptrdiff_t first = 0;
    while (first < n && onsets[first] == 0.0f) first++;
    if (first == n) return 0.0;
    pad_onsets(onsets, n, n_lags, padded, length);
    int found = 0, sure = 0;
    for (int size = whole >= 1024 ? whole / 2 : whole; !sure && size <= whole; size *= 2) {
        const int clean = size == whole ? n_lags : size - n_lags + 1;
        set_transform_length(&s, size);
        mean_autocorrelation(padded, n, n_lags, clean, &s, a);
        found = possible_lags(&job->tempo, a, clean, candidates, &sure);
    }
    if (found == 1) return job->tempo.bpm[candidates[0]];
    return job->tempo.bpm[exact_best(job, padded, (double *)s.re, candidates, found, spare)];
}
