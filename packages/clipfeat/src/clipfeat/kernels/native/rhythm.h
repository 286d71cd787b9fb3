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
    int length; /* of the transforms: a power of two */
    vf *re, *im, *power;
    float *window; /* zeros up to the longest transform */
    float *turns_float;
    double *turns;
    vd *wide_re, *wide_im;
    square_float *square;
} tempo_scratch;

/* The scale that gives each of LANES windows from `padded` on unit energy; 0 for those without, or past the end. */
static vf unit_scale(const float *padded, const float *window, int n_lags, ptrdiff_t n_left) {
    vf energy = {0}, unit = {0};
    for (int i = 0; i < n_lags; i++) {
        const vf x = load(padded + i) * window[i];
        energy += x * x;
    }
    for (int i = 0; i < LANES && i < n_left; i++) unit[i] = energy[i] > 0.0f ? 1.0f / sqrtf(energy[i]) : 0.0f;
    return unit;
}

#define V vf
#define C(x) (x##f)
/* Two windows share a complex transform: LANES neighbouring ones in the real, the next LANES in the imaginary part.
   Values 32 apart, scaled to unit energy and turned on their way out. */
#define IN_RE(i) load(padded + 32 * (i)) * window[32 * (i)] * re_unit
#define IN_IM(i) load(padded + LANES + 32 * (i)) * window[32 * (i)] * im_unit
#define OUT(i, x, y)                                                                                               \
    out_re[i] = (x) * turn[2 * i] - (y) * turn[2 * i + 1], out_im[i] = (y) * turn[2 * i] + (x) * turn[2 * i + 1]

static NOINLINE void onset_column16(
    const float *padded, const float *window, vf re_unit, vf im_unit, vf *out_re, vf *out_im, const float *turn
) {
#include "dft16.h"
}

static NOINLINE void onset_column32(
    const float *padded, const float *window, vf re_unit, vf im_unit, vf *out_re, vf *out_im, const float *turn
) {
#include "dft32.h"
}
#undef IN_RE
#undef IN_IM
#undef OUT

/* A row of the transform, of which only the power is wanted: row k of n holds values k, k + n, k + 2 n ... */
static NOINLINE void power_row(const vf *re, const vf *im, int n, vf *power) {
#define IN_RE(i) re[i * LINE_float]
#define IN_IM(i) im[i * LINE_float]
#define OUT(i, x, y) power[i * n] += (x) * (x) + (y) * (y)
#include "dft32.h"
#undef IN_RE
#undef IN_IM
#undef OUT
}
#undef V
#undef C

/* Power of a transform of 512 or 1024: 32 columns of n = 16 or 32, then n rows of 32. */
static void add_short_power(const float *padded, vf re_unit, vf im_unit, const tempo_scratch *s) {
    const int n = s->length / 32;
    for (int j = 0; j < 32; j++) {
        vf *to_re = s->square->re + j * LINE_float, *to_im = s->square->im + j * LINE_float;
        if (n == 16)
            onset_column16(
                padded + j, s->window + j, re_unit, im_unit, to_re, to_im, clipfeat_tables.tempo_turn_512 + j * 32
            );
        else
            onset_column32(
                padded + j, s->window + j, re_unit, im_unit, to_re, to_im, clipfeat_tables.tempo_turn_1024 + j * 64
            );
    }
    for (int k = 0; k < n; k++) power_row(s->square->re + k, s->square->im + k, n, s->power + k);
}

/* The same for any power of two; s->power is in bit-reversed order. */
static void add_long_power(const float *padded, vf re_unit, vf im_unit, const tempo_scratch *s) {
    for (int i = 0; i < s->length; i++) {
        s->re[i] = load(padded + i) * s->window[i] * re_unit;
        s->im[i] = load(padded + LANES + i) * s->window[i] * im_unit;
    }
    long_transform_float(s->re, s->im, s->length, s->turns_float);
    for (int i = 0; i < s->length; i++) s->power[i] += s->re[i] * s->re[i] + s->im[i] * s->im[i];
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
        const float *here = padded + first;
        const vf re_unit = unit_scale(here, s->window, n_lags, n_windows - first);
        const vf im_unit = unit_scale(here + LANES, s->window, n_lags, n_windows - first - LANES);
        if (is_short) add_short_power(here, re_unit, im_unit, s);
        else add_long_power(here, re_unit, im_unit, s);
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

static double score(double autocorrelation, double prior) {
    return log1p(1e6 * fmax(autocorrelation, 0.0)) + prior;
}

/* The lag of the best score in exact arithmetic among the `count` lags of `candidates`; ties go to the first. */
static int exact_best(
    const clip_job *job, const float *padded, double *windowed, const int *candidates, int count, double *sums
) {
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
    for (int lag = 0; lag < count; lag++)
        reached = fmax(reached, score(a[lag] - AUTOCORRELATION_ERROR, tempo->prior[lag]));
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
    return 5 * padded_bytes(n * sizeof(vf)) + 3 * padded_bytes(n * sizeof(double))
           + 3 * padded_bytes(lags * sizeof(double)) + padded_bytes(sizeof(square_float))
           + padded_bytes(((size_t)job->n_frames + n + 4 * LANES) * sizeof(float));
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
    s->window = arena_take(memory, n * sizeof(float));
    s->square = arena_take(memory, sizeof(square_float));
    for (size_t i = 0; i < n; i++)
        s->window[i] = i < (size_t)job->tempo.n_lags ? (float)job->tempo.window[i] : 0.0f;
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
    const ptrdiff_t n = job->n_frames, length = n + whole + 4 * LANES;
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
