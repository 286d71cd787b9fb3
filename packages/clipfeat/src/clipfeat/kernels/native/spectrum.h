/* The forward transform of a block, and what one frame says by itself: power, centroid, bandwidth, roll-off. */

/* Arrays over the bins of a block are (VECTORS, ROW, LANES): a plane for each vector of frames, so that a stage that
   works on one vector at a time walks through neighbouring memory. */
enum { PLANE = ROW * LANES, CELLS = ROW * BLOCK };

/* Everything about one block that is needed again once the block after it is known. */
typedef struct {
    float re[SPECTRUM_ROWS * BLOCK], im[SPECTRUM_ROWS * BLOCK]; /* (VECTORS, SPECTRUM_ROWS, LANES) */
    float across[CELLS];                                        /* median of the power along frequency */
    float slab[HOP * SLAB_ROW];
} block_spectra;

typedef union {
    square_double wide;
    square_float narrow;
    float running[CELLS];
} transform_scratch;

static inline ptrdiff_t cell_of(ptrdiff_t frame, ptrdiff_t bin) {
    return frame / LANES * PLANE + bin * LANES + frame % LANES;
}

static inline ptrdiff_t spectrum_start(ptrdiff_t frame) {
    return frame / LANES * SPECTRUM_ROWS * LANES + frame % LANES;
}

/* Frames past the last one see the end of the clip again: they must stay silent. */
static void silence_frames(float *spectrum, ptrdiff_t valid) {
    for (ptrdiff_t f = valid; f < BLOCK; f++)
        for (ptrdiff_t row = 0; row < SPECTRUM_ROWS; row++) spectrum[spectrum_start(f) + row * LANES] = 0.0f;
}

/* Transformed in double precision, then rounded: in single, the noise floor of a pure tone, weighted by the square of
   its frequency, spoils the bandwidth by 4 %, and roll-off moves by a bin now and then. */
static void forward_exact(const float *slab, ptrdiff_t valid, float *re, float *im, transform_scratch *scratch) {
    for (int f = 0; f < BLOCK && f < valid; f += WIDE)
        forward_double(slab + f, re + spectrum_start(f), im + spectrum_start(f), &scratch->wide);
    silence_frames(re, valid);
    silence_frames(im, valid);
}

/* In single precision: enough for mel bands (1e-4 dB), in half the time. */
static void forward_fast(const float *slab, ptrdiff_t valid, float *re, float *im, transform_scratch *scratch) {
    for (int f = 0; f < BLOCK && f < valid; f += LANES)
        forward_float(slab + f, re + spectrum_start(f), im + spectrum_start(f), &scratch->narrow);
    silence_frames(re, valid);
    silence_frames(im, valid);
}

static void power_only(const float *re, const float *im, float *power) {
    for (int lane = 0; lane < BLOCK; lane += LANES)
        for (ptrdiff_t k = 0; k < N_BINS; k++) {
            const ptrdiff_t cell = lane * SPECTRUM_ROWS + spectrum_row(k) * LANES;
            const vf x = load(re + cell), y = load(im + cell);
            store(power + lane * ROW + k * LANES, x * x + y * y);
        }
}

/* Sums of S, S j and S j^2 over all bins j, kept in double precision, one value a frame. */
typedef struct {
    double mass[BLOCK], first[BLOCK], second[BLOCK];
} bin_moments;

enum { RUN = 32 };

typedef struct {
    vf running[PAIRED], loudest[PAIRED];
} run_state;

/* Move the moments of a run from its middle to bin 0 and add them up. */
static inline ALWAYS_INLINE void add_run(vf mass, vf one, vf two, double centre, int frame, bin_moments *m) {
    float s0[LANES], s1[LANES], s2[LANES];
    store(s0, mass);
    store(s1, one);
    store(s2, two);
    for (int half = 0; half < LANES; half += WIDE) {
        const vd zeroth = widen(s0 + half), first = widen(s1 + half), second = widen(s2 + half);
        *(vd_anywhere *)(m->mass + frame + half) += zeroth;
        *(vd_anywhere *)(m->first + frame + half) += first + zeroth * centre;
        *(vd_anywhere *)(m->second + frame + half) += second + (first * 2.0 + zeroth * centre) * centre;
    }
}

/* Power, running sum of magnitudes and moments of bins first .. first + count - 1, at most RUN of them. Bin numbers
   count from the middle of the run, so that single precision carries the sums without cancellation. */
static inline ALWAYS_INLINE void moments_of_run(
    const block_spectra *b, float *power, float *running, int first, int count, int lane, run_state *state,
    bin_moments *m
) {
    vf mass[PAIRED] = {{0}}, one[PAIRED] = {{0}}, two[PAIRED] = {{0}};
    for (int j = 0; j < count; j++) {
        const float offset = (float)j - 0.5f * (RUN - 1);
        const ptrdiff_t row = lane * ROW + (first + j) * LANES;
        const ptrdiff_t cell = lane * SPECTRUM_ROWS + (spectrum_row(first) + j) * LANES;
#pragma GCC unroll 2
        for (int v = 0; v < PAIRED; v++) {
            const vf re = load(b->re + cell + v * SPECTRUM_ROWS * LANES),
                     im = load(b->im + cell + v * SPECTRUM_ROWS * LANES);
            const vf p = re * re + im * im, s = vsqrt(p), weighted = s * offset;
            store(power + row + v * PLANE, p);
            state->loudest[v] = vmax(state->loudest[v], p);
            state->running[v] += s;
            store(running + row + v * PLANE, state->running[v]);
            mass[v] += s;
            one[v] += weighted;
            two[v] += weighted * offset;
        }
    }
    for (int v = 0; v < PAIRED; v++) add_run(mass[v], one[v], two[v], first + 0.5 * (RUN - 1), lane + v * LANES, m);
}

/* The first bin whose running sum reaches 85 % of the total: sums in bin order in single precision, since their
   rounding decides between neighbours in rare frames. */
static int rolloff_bin(const float *running, int frame) {
    const float least = 0.85f * running[cell_of(frame, N_BINS - 1)];
    int low = 0, high = N_BINS - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (running[cell_of(frame, middle)] < least) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Power of the block, its loudest bin per frame, and centroid, bandwidth and roll-off [Hz] of its valid frames. */
static void describe_frames(
    const block_spectra *b, float *power, float *running, float *loudest, double hz, ptrdiff_t valid,
    double *centroid, double *bandwidth, double *rolloff
) {
    bin_moments m = {{0.0}, {0.0}, {0.0}};
    for (int lane = 0; lane < BLOCK; lane += PAIRED * LANES) {
        run_state state = {{{0}}, {{0}}};
        for (int first = 0; first < N_BINS - 1; first += RUN)
            moments_of_run(b, power, running, first, RUN, lane, &state, &m);
        moments_of_run(b, power, running, N_BINS - 1, 1, lane, &state, &m);
        for (int v = 0; v < PAIRED; v++) store(loudest + lane + v * LANES, state.loudest[v]);
    }
    for (int f = 0; f < valid; f++) {
        const double mass = m.mass[f] > 0.0 ? m.mass[f] : 1.0, mean = m.first[f] / mass;
        centroid[f] = mean * hz;
        bandwidth[f] = sqrt(fmax(m.second[f] / mass - mean * mean, 0.0)) * hz;
        rolloff[f] = rolloff_bin(running, f) * hz;
    }
}
