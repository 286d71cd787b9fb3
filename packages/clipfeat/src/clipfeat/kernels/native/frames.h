/* From samples to slabs: the samples of sixteen frames with the frame index innermost.

   The padded clip is cut into stretches of 512. Frame t consists of stretches t .. t + 3, so a slab of a block holds
   19 stretches as columns (the 20th only fills the row): row m, column c = sample m of stretch c. */
enum { SLAB_ROW = BLOCK + 4, SLAB_COLUMNS = BLOCK + OVERLAP - 1, PADDING = HALF_FFT };

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

/* Slab of the block whose first frame is `frame`, in parts that stay in the innermost cache. */
static void fill_slab(const clip_job *job, ptrdiff_t frame, float *slab) {
    float scratch[SLAB_ROW][HOP];
    const float *in[SLAB_ROW];
    for (int c = 0; c < SLAB_ROW; c++) in[c] = stretch(job, frame + c, scratch[c]);
    for (int first = 0; first < HOP; first += ROWS_AT_ONCE)
        for (int c = 0; c < SLAB_ROW; c += 4) weave(in + c, first, slab + c);
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

/* Root mean square of each frame: four neighbouring stretches. */
static void frame_levels(const clip_job *job, double *levels) {
    float scratch[HOP];
    double energy[OVERLAP] = {0.0};
    for (ptrdiff_t i = 0; i < job->n_frames + OVERLAP - 1; i++) {
        energy[i % OVERLAP] = stretch_energy(stretch(job, i, scratch));
        if (i < OVERLAP - 1) continue;
        levels[i - OVERLAP + 1] = sqrt((energy[0] + energy[1] + energy[2] + energy[3]) / N_FFT);
    }
}

static inline int is_negative(float x) { return x < -1e-10f; }

/* Sign changes into samples first .. first + count - 1; `*largest` grows to the largest magnitude seen. NaN shows
   as a failed comparison later, so it is kept by the order of the operands. */
static int sign_changes(const float *x, ptrdiff_t first, ptrdiff_t count, int *in_range) {
    const vf threshold = splat(-1e-10f), limit = splat(LARGEST_SAMPLE);
    vi changes = {0}, inside = (vi){0} == (vi){0};
    ptrdiff_t i = first;
    for (; i + LANES <= first + count; i += LANES) {
        const vf here = load(x + i);
        inside &= (here <= limit) & (here >= -limit);
        changes -= (here < threshold) ^ (load(x + i - 1) < threshold);
    }
    int sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += changes[lane];
    if (any_lane(~inside)) *in_range = 0;
    for (; i < first + count; i++) {
        sum += is_negative(x[i]) != is_negative(x[i - 1]);
        if (!(fabsf(x[i]) <= LARGEST_SAMPLE)) *in_range = 0;
    }
    return sum;
}

/* Zero-crossing rate of each frame. Outside the clip its edge samples repeat, so only real samples can change sign;
   the change into a frame's first sample is not its own. Returns 0 when a sample is out of range. */
static int zero_crossings(const clip_job *job, double *rates) {
    const float *x = job->samples;
    const ptrdiff_t n = job->n_samples;
    int in_range = fabsf(x[0]) <= LARGEST_SAMPLE;
    int window[OVERLAP] = {0};
    for (ptrdiff_t i = 0; i < job->n_frames + OVERLAP / 2 - 1; i++) {
        const ptrdiff_t first = i == 0 ? 1 : i * HOP, end = (i + 1) * HOP < n ? (i + 1) * HOP : n;
        window[i % OVERLAP] = end > first ? sign_changes(x, first, end - first, &in_range) : 0;
        const ptrdiff_t frame = i - (OVERLAP / 2 - 1), start = frame * HOP - PADDING;
        if (frame < 0) continue;
        int changes = window[0] + window[1] + window[2] + window[3];
        if (start >= 1) changes -= is_negative(x[start]) != is_negative(x[start - 1]);
        rates[frame] = (double)changes / N_FFT;
    }
    return in_range;
}
