/* Mel bands, decibels and cepstral coefficients. Levels are kept as (n_mels, row) with the frames innermost. */

/* log2 of positive finite values, within 1 ulp or so: the exponent, and log2 of a mantissa m in [sqrt 1/2, sqrt 2) by
   the series of the inverse hyperbolic tangent of (m - 1) / (m + 1), at most 0.172 in size. */
static inline ALWAYS_INLINE vf log2_of(vf x) {
    const vi bits = (vi)x, shifted = bits - 0x3f3504f3; /* the bits of sqrt 1/2 */
    const vi exponent = shifted >> 23;
    const vf mantissa = (vf)(bits - (exponent << 23));
    const vf t = (mantissa - 1.0f) / (mantissa + 1.0f), tt = t * t;
    /* 2 / (ln 2 (2 i + 1)) */
    const vf tail = tt
                    * (0.96179669392597556f
                       + tt * (0.57707801635558534f + tt * (0.41219858311113239f + tt * 0.32059889797532528f)));
    return __builtin_convertvector(exponent, vf) + t * (2.8853900817779268f + tail);
}

/* Levels in dB of one block, nothing below -100; returns the loudest of each lane so far. Both sums of a pair run
   through one loop, because its length, new for every band, is guessed wrong once. */
static vf block_levels(const float *power, const band_table *mel, float *levels, ptrdiff_t stride, vf loudest) {
    const vf least = splat(1e-10f), decibels = splat(3.0102999566398120f);
    const float *weights = mel->weights;
    for (int band = 0; band < mel->n_bands; weights += mel->count[band++]) {
        for (int lane = 0; lane < BLOCK; lane += PAIRED * LANES) {
            const float *row = power + lane * ROW + mel->first[band] * LANES;
            vf sum[PAIRED] = {{0}};
            for (int k = 0; k < mel->count[band]; k++, row += LANES)
                for (int v = 0; v < PAIRED; v++) sum[v] += load(row + v * LANES * ROW) * weights[k];
            for (int v = 0; v < PAIRED; v++) {
                const vf level = log2_of(vmax(sum[v], least)) * decibels;
                store(levels + band * stride + lane + v * LANES, level);
                loudest = vmax(loudest, level);
            }
        }
    }
    return loudest;
}

static float largest_lane(vf v) {
    float largest = v[0];
    for (int i = 1; i < LANES; i++) largest = v[i] > largest ? v[i] : largest;
    return largest;
}

/* 80 dB below the loudest cell, or the lowest cell if that is higher. */
static float level_floor(const float *levels, int n_mels, ptrdiff_t n_frames, ptrdiff_t stride, float loudest) {
    float lowest = loudest;
    for (int band = 0; band < n_mels; band++) {
        const float *row = levels + band * stride;
        vf least = splat(lowest);
        ptrdiff_t t = 0;
        for (; t + LANES <= n_frames; t += LANES) least = vmin(least, load(row + t));
        lowest = -largest_lane(-least);
        for (; t < n_frames; t++) lowest = row[t] < lowest ? row[t] : lowest;
    }
    return lowest > loudest - 80.0f ? lowest : loudest - 80.0f;
}

/* Levels counted from the floor, nothing below it: the transform of constant frames is then exactly zero, and the
   onsets, being differences, do not notice. */
static void lift_to_floor(float *levels, ptrdiff_t n, float floor) {
    for (ptrdiff_t i = 0; i < n; i += LANES) store(levels + i, vmax(load(levels + i) - floor, (vf){0}));
}

enum { DCT_ROWS = 4, DCT_BANDS = 16 };

/* DCT_ROWS coefficients of PAIRED vectors of frames. Sums over sixteen bands first: a running sum of all would round
   off the last digit of the mean level. */
static inline ALWAYS_INLINE void dct_tile(
    const float *const *weights, const float *levels, ptrdiff_t stride, int n_mels, vf sum[DCT_ROWS][PAIRED]
) {
    for (int start = 0; start < n_mels; start += DCT_BANDS) {
        const int stop = start + DCT_BANDS < n_mels ? start + DCT_BANDS : n_mels;
        vf part[DCT_ROWS][PAIRED] = {{{0}}};
        for (int band = start; band < stop; band++)
#pragma GCC unroll 2
            for (int v = 0; v < PAIRED; v++) {
                const vf level = load(levels + band * stride + v * LANES);
#pragma GCC unroll 4
                for (int r = 0; r < DCT_ROWS; r++) part[r][v] += level * weights[r][band];
            }
        for (int r = 0; r < DCT_ROWS; r++)
            for (int v = 0; v < PAIRED; v++) sum[r][v] += part[r][v];
    }
}

/* Cepstral coefficients (n_mfcc, stride) of lifted levels (n_mels, stride), stride a multiple of sixteen. */
static void cepstrum(const clip_job *job, const float *levels, ptrdiff_t stride, float floor, float *out) {
    const int n_mels = job->mel.n_bands;
    const float base = floor * sqrtf((float)n_mels);
    for (ptrdiff_t t = 0; t < stride; t += PAIRED * LANES)
        for (int first = 0; first < job->n_mfcc; first += DCT_ROWS) {
            const int rows = job->n_mfcc - first < DCT_ROWS ? job->n_mfcc - first : DCT_ROWS;
            const float *weights[DCT_ROWS];
            vf sum[DCT_ROWS][PAIRED] = {{{0}}};
            for (int r = 0; r < DCT_ROWS; r++) weights[r] = job->dct + (first + (r < rows ? r : 0)) * n_mels;
            dct_tile(weights, levels + t, stride, n_mels, sum);
            for (int r = 0; r < rows; r++)
                for (int v = 0; v < PAIRED; v++)
                    store(
                        out + (first + r) * stride + t + v * LANES, first + r == 0 ? sum[r][v] + base : sum[r][v]
                    );
        }
}
