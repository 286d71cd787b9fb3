/* Tuning and chroma. */

typedef struct {
    float *pitch, *power;
    ptrdiff_t count;
} peak_list;

/* Peaks of one frame cannot be neighbours. */
static ptrdiff_t most_peaks(const clip_job *job, ptrdiff_t n_frames) {
    return (job->last_pitch_bin - job->first_pitch_bin + 1) / 2 * n_frames + 1;
}

/* Refine a local maximum by a parabola through three bins: J. O. Smith, Spectral Audio Signal Processing. */
static void add_peak(peak_list *peaks, const float *power, int bin, double hz) {
    const float left = power[-LANES], top = power[0], right = power[LANES];
    const float slope = (right - left) * 0.5f, shift = slope / (2.0f * top - left - right);
    /* The bin number is added in double precision: in single, one track of 290 lands in another tuning. */
    peaks->pitch[peaks->count] = (float)((bin + (double)shift) * hz);
    peaks->power[peaks->count++] = top + 0.5f * slope * shift;
}

/* Peaks of a block: above a tenth of the frame's maximum, above the left neighbour, not below the right one, with
   neighbours under that tenth counting as 0. */
static void find_peaks(const clip_job *job, const float *power, const float *loudest, peak_list *peaks) {
    for (int lane = 0; lane < BLOCK; lane += LANES) {
        const vf least = load(loudest + lane) * 0.1f;
        const float *row = power + lane * ROW + job->first_pitch_bin * LANES;
        const vf before = load(row - LANES), first = load(row);
        vf left = choose(before > least, before, (vf){0}), here = choose(first > least, first, (vf){0});
        for (int bin = job->first_pitch_bin; bin < job->last_pitch_bin; bin++, row += LANES) {
            const vf next = load(row + LANES), right = choose(next > least, next, (vf){0});
            const vi is_peak = (here > left) & (here >= right);
            for (unsigned bits = lane_bits(is_peak); bits; bits &= bits - 1)
                add_peak(peaks, row + __builtin_ctz(bits), bin, job->hz_per_bin);
            left = here;
            here = right;
        }
    }
}

/* The value of rank `rank` (from 0) among n values, which are reordered. C. A. R. Hoare, "Find", 1961. */
static float select_rank(float *v, ptrdiff_t n, ptrdiff_t rank) {
    ptrdiff_t low = 0, high = n - 1;
    while (low < high) {
        const float pivot = v[low + (high - low) / 2];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i > j) break;
            const float swapped = v[i];
            v[i++] = v[j];
            v[j--] = swapped;
        }
        if (rank <= j) high = j;
        else if (rank >= i) low = i;
        else break;
    }
    return v[rank];
}

static float median_of(float *v, ptrdiff_t n) {
    const float upper = select_rank(v, n, n / 2);
    if (n % 2) return upper;
    float lower = v[0];
    for (ptrdiff_t i = 1; i < n / 2; i++) lower = v[i] > lower ? v[i] : lower;
    return (lower + upper) * 0.5f;
}

/* Index of the hundredth of a semitone with r in [edge j, edge j + 1), the last one closed. */
static int tuning_bin(float r) {
    int j = (int)floor((r + 0.5) * N_TUNINGS);
    j = j < 0 ? 0 : j > N_TUNINGS - 1 ? N_TUNINGS - 1 : j;
    while (j > 0 && r < j * 0.01 - 0.5) j--;
    while (j < N_TUNINGS - 1 && r >= (j + 1) * 0.01 - 0.5) j++;
    return j;
}

/* The fullest hundredth of a semitone, counting peaks at least as strong as the median one; 50 without peaks.
   `scratch` holds as many values as there are peaks. */
static int tuning_of(const peak_list *peaks, float *scratch) {
    if (!peaks->count) return N_TUNINGS / 2;
    memcpy(scratch, peaks->power, (size_t)peaks->count * sizeof(float));
    const float least = median_of(scratch, peaks->count);
    int counts[N_TUNINGS] = {0}, fullest = 0;
    for (ptrdiff_t i = 0; i < peaks->count; i++) {
        if (!(peaks->power[i] >= least)) continue;
        const float semitones = N_CHROMA * log2f(peaks->pitch[i] / 27.5f);
        const float residual = semitones - floorf(semitones);
        counts[tuning_bin(residual >= 0.5f ? residual - 1.0f : residual)]++;
    }
    for (int j = 1; j < N_TUNINGS; j++)
        if (counts[j] > counts[fullest]) fullest = j;
    return fullest;
}

enum { BANK_ROWS = 6, FRAMES_AT_ONCE = 2 };

/* Six rows of the filterbank on two frames: twelve independent sums hide the latency of one. The next two frames are
   fetched meanwhile: the power of the clip has left the inner caches. */
static inline ALWAYS_INLINE void chroma_tile(const float *rows, const float *bank, float *out) {
    vf sum[FRAMES_AT_ONCE][BANK_ROWS] = {{{0}}};
    for (ptrdiff_t k = 0; k < ROW; k += LANES) {
        const vf a = load(rows + k), b = load(rows + ROW + k);
        __builtin_prefetch(rows + FRAMES_AT_ONCE * ROW + k);
        __builtin_prefetch(rows + (FRAMES_AT_ONCE + 1) * ROW + k);
#pragma GCC unroll 6
        for (int c = 0; c < BANK_ROWS; c++) {
            const vf weight = load(bank + c * ROW + k);
            sum[0][c] += a * weight;
            sum[1][c] += b * weight;
        }
    }
    for (int c = 0; c < BANK_ROWS; c++) {
        out[c] = (float)sum_lanes(sum[0][c]);
        out[N_CHROMA + c] = (float)sum_lanes(sum[1][c]);
    }
}

/* Divide a frame by its maximum; below the smallest normal number (before scaling) only the scale is taken out. */
static void normalise_chroma(float *frame) {
    const float least = (float)(1.17549435e-38 * SCALE * SCALE);
    float loudest = frame[0];
    for (int c = 1; c < N_CHROMA; c++) loudest = frame[c] > loudest ? frame[c] : loudest;
    const float divisor = loudest < least ? (float)(SCALE * SCALE) : loudest;
    for (int c = 0; c < N_CHROMA; c++) frame[c] /= divisor;
}

/* rows: power (n_frames rounded up to sixteen, ROW); bank: (12, ROW); out: (the same frames, 12). */
static void chroma(const float *rows, ptrdiff_t n_frames, const float *bank, float *out) {
    for (ptrdiff_t t = 0; t < n_frames; t += FRAMES_AT_ONCE) {
        for (int c = 0; c < N_CHROMA; c += BANK_ROWS)
            chroma_tile(rows + t * ROW, bank + c * ROW, out + t * N_CHROMA + c);
        normalise_chroma(out + t * N_CHROMA);
        normalise_chroma(out + (t + 1) * N_CHROMA);
    }
}
