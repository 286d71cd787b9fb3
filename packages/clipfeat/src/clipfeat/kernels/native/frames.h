/* From samples to slabs: the samples of sixteen frames with the frame index innermost.

   The padded clip is cut into stretches of 512. Frame t consists of stretches t .. t + 3, so a slab of a block holds
   19 stretches as columns (the 20th only fills the row): row m, column c = sample m of stretch c. */
enum { TAIL = OVERLAP - 1, SLAB_ROW = BLOCK + 4, SLAB_COLUMNS = BLOCK + TAIL, PADDING = HALF_FFT };

typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t quad_index __attribute__((vector_size(16)));

/* Stretch `index` of the padded clip: in place where it lies inside the samples, else built in `scratch`. */
static const float *stretch(const clip_job *job, ptrdiff_t index, float *scratch) {
    const ptrdiff_t first = index * HOP - PADDING, n = job->n_samples;
    if (first >= 0 && first + HOP <= n) return job->samples + first;
    for (ptrdiff_t i = 0; i < HOP; i++) {
        const ptrdiff_t at = first + i;
        const int inside = at >= 0 && at < n;
        /* Beyond the padding nothing exists: those columns belong to frames past the last one. */
        const int mirror = job->legacy && at >= -PADDING && at < n + PADDING;
        scratch[i] = inside ? job->samples[at] : mirror ? job->samples[reflected(at, n)] : 0.0f;
    }
    return scratch;
}

enum { ROWS_AT_ONCE = 128 };

/* Rows first .. first + 127 of four columns from four stretches. */
static inline ALWAYS_INLINE void weave(const float *const *in, int first, float *slab) {
    for (int m = first; m < first + ROWS_AT_ONCE; m += 4) {
#if defined(__clang__)
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) slab[(m + i) * SLAB_ROW + j] = in[j][m + i];
#else
        const quad a = *(const quad *)(in[0] + m), b = *(const quad *)(in[1] + m);
        const quad c = *(const quad *)(in[2] + m), d = *(const quad *)(in[3] + m);
        const quad_index low = {0, 4, 1, 5}, high = {2, 6, 3, 7}, front = {0, 1, 4, 5}, back = {2, 3, 6, 7};
        const quad ab_low = __builtin_shuffle(a, b, low), ab_high = __builtin_shuffle(a, b, high);
        const quad cd_low = __builtin_shuffle(c, d, low), cd_high = __builtin_shuffle(c, d, high);
        *(quad *)(slab + m * SLAB_ROW) = __builtin_shuffle(ab_low, cd_low, front);
        *(quad *)(slab + (m + 1) * SLAB_ROW) = __builtin_shuffle(ab_low, cd_low, back);
        *(quad *)(slab + (m + 2) * SLAB_ROW) = __builtin_shuffle(ab_high, cd_high, front);
        *(quad *)(slab + (m + 3) * SLAB_ROW) = __builtin_shuffle(ab_high, cd_high, back);
#endif
    }
}

/* Sum of squares of a stretch. Faint samples are scaled up, so that their squares do not underflow. */
static double stretch_energy(const float *x) {
    const vf scale = splat((float)SCALE);
    vf sum[4] = {{0}};
    for (int i = 0; i < HOP; i += 4 * LANES)
        for (int j = 0; j < 4; j++) {
            const vf scaled = load(x + i + j * LANES) * scale;
            sum[j] += scaled * scaled;
        }
    return sum_lanes((sum[0] + sum[1]) + (sum[2] + sum[3])) / (SCALE * SCALE);
}

static inline int is_negative(float x) { return x < -1e-10f; }

/* Sign changes into samples first .. end - 1, first >= 1; *in_range is cleared by a sample that is too large or
   NaN. */
static int sign_changes(const float *x, ptrdiff_t first, ptrdiff_t end, int *in_range) {
    const vf threshold = splat(-1e-10f), limit = splat(LARGEST_SAMPLE);
    vi changes = {0}, inside = (vi){0} == (vi){0};
    ptrdiff_t i = first;
    for (; i + LANES <= end; i += LANES) {
        const vf here = load(x + i);
        inside &= (here <= limit) & (here >= -limit);
        changes -= (here < threshold) ^ (load(x + i - 1) < threshold);
    }
    int sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += changes[lane];
    if (lane_bits(~inside)) *in_range = 0;
    for (; i < end; i++) {
        sum += is_negative(x[i]) != is_negative(x[i - 1]);
        if (!(fabsf(x[i]) <= LARGEST_SAMPLE)) *in_range = 0;
    }
    return sum;
}

/* What the samples of each stretch of the padded clip say by themselves. */
typedef struct {
    double *energy;
    int *changes; /* of sign, into the real samples of the stretch */
    int in_range;
} stretch_series;

/* Outside the clip its edge samples repeat, so only real samples can change sign. */
static void describe_stretch(const clip_job *job, ptrdiff_t index, const float *x, stretch_series *s) {
    const ptrdiff_t start = index * HOP - PADDING, n = job->n_samples;
    const ptrdiff_t first = start < 1 ? 1 : start, end = start + HOP < n ? start + HOP : n;
    s->energy[index] = stretch_energy(x);
    s->changes[index] = start >= 0 && end > first ? sign_changes(job->samples, first, end, &s->in_range) : 0;
}

/* Slab of the block whose first frame is `frame`, in parts that stay in the innermost cache; the stretches new in it
   are described while they are at hand. */
static void fill_slab(const clip_job *job, ptrdiff_t frame, float *slab, stretch_series *series) {
    float scratch[SLAB_ROW][HOP];
    const float *in[SLAB_ROW];
    const ptrdiff_t left = job->n_frames + TAIL - frame;
    for (int c = 0; c < SLAB_ROW; c++) {
        in[c] = stretch(job, frame + c, scratch[c]);
        if (series && c < left && (c < BLOCK || left <= SLAB_COLUMNS))
            describe_stretch(job, frame + c, in[c], series);
    }
    for (int first = 0; first < HOP; first += ROWS_AT_ONCE)
        for (int c = 0; c < SLAB_ROW; c += 4) weave(in + c, first, slab + c);
}

/* Root mean square of each frame: four neighbouring stretches. */
static void frame_levels(const stretch_series *s, ptrdiff_t n_frames, double *levels) {
    for (ptrdiff_t t = 0; t < n_frames; t++) {
        const double *energy = s->energy + t;
        levels[t] = sqrt((energy[0] + energy[1] + energy[2] + energy[3]) / N_FFT);
    }
}

/* Zero-crossing rate of each frame; the change into a frame's first sample is not its own. */
static void zero_crossings(const clip_job *job, const stretch_series *s, double *rates) {
    for (ptrdiff_t t = 0; t < job->n_frames; t++) {
        const ptrdiff_t start = t * HOP - PADDING;
        int changes = s->changes[t] + s->changes[t + 1] + s->changes[t + 2] + s->changes[t + 3];
        if (start >= 1) changes -= is_negative(job->samples[start]) != is_negative(job->samples[start - 1]);
        rates[t] = (double)changes / N_FFT;
    }
}
