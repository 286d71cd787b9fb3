/* The order of the stages: the table of a clip, and its matrices. */

/* Frames rounded up to whole blocks: the row length of levels and coefficients. */
static ptrdiff_t whole_blocks(const clip_job *job) { return (job->n_frames + BLOCK - 1) / BLOCK * BLOCK; }

struct tabular_state {
    arena memory;
    const clip_job *job;
    float *rows;         /* power of the clip (whole blocks, ROW), transposed */
    float *levels;       /* (n_mels, whole blocks), and a vector more */
    float *coefficients; /* (n_mfcc, whole blocks) */
    double *centroid, *bandwidth, *rolloff, *level, *crossings;
    stretch_series series;
    float *chroma, *bank, *onsets;
    vf *rises;
    peak_list peaks;
    block_spectra *blocks[2];
    separation *separated;
    transform_scratch *scratch;
    float *power; /* of the block at hand */
    float loudest_level;
};

/* Hands out every array of the state; with a null state it only counts bytes. */
static size_t lay_out(const clip_job *job, tabular_state *s) {
    const size_t frames = (size_t)whole_blocks(job), n = frames * sizeof(double);
    const size_t peaks = (size_t)most_peaks(job, job->n_frames) * sizeof(float), mels = (size_t)job->mel.n_bands;
    struct {
        void **place;
        size_t bytes;
    } parts[] = {
        {(void **)&s->rows, frames * ROW * sizeof(float)},
        {(void **)&s->levels, (mels * frames + 2 * BLOCK) * sizeof(float)},
        {(void **)&s->coefficients, (size_t)job->n_mfcc * frames * sizeof(float)},
        {(void **)&s->centroid, n},
        {(void **)&s->bandwidth, n},
        {(void **)&s->rolloff, n},
        {(void **)&s->level, n},
        {(void **)&s->crossings, n},
        {(void **)&s->series.energy, n + TAIL * sizeof(double)},
        {(void **)&s->series.changes, (frames + TAIL) * sizeof(int)},
        {(void **)&s->chroma, frames * N_CHROMA * sizeof(float)},
        {(void **)&s->bank, N_CHROMA * ROW * sizeof(float)},
        {(void **)&s->onsets, frames * sizeof(float)},
        {(void **)&s->rises, mels * sizeof(vf)},
        {(void **)&s->peaks.pitch, peaks},
        {(void **)&s->peaks.power, peaks},
        {(void **)&s->blocks[0], sizeof(block_spectra)},
        {(void **)&s->blocks[1], sizeof(block_spectra)},
        {(void **)&s->separated, sizeof(separation)},
        {(void **)&s->scratch, sizeof(transform_scratch)},
        {(void **)&s->power, CELLS * sizeof(float)},
    };
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (s->memory.start) *parts[i].place = arena_take(&s->memory, parts[i].bytes);
        bytes += padded_bytes(parts[i].bytes);
    }
    return bytes;
}

static tabular_state *open_state(const clip_job *job) {
    tabular_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    if (!arena_open(&s->memory, lay_out(job, s) + tempo_bytes(job))) {
        free(s);
        return NULL;
    }
    lay_out(job, s);
    s->job = job;
    memset(s->power, 0, CELLS * sizeof(float));
    memset(s->separated, 0, sizeof *s->separated);
    return s;
}

static void tabular_free(tabular_state *s) {
    free(s->memory.start);
    free(s);
}

/* The legacy inverse transform stops at the last frame's centre. */
static ptrdiff_t separated_end(const clip_job *job) {
    return job->legacy ? HOP * (job->n_frames - 1) : job->n_samples;
}

/* Everything that one block of frames says by itself. */
static vf analyse_block(tabular_state *s, ptrdiff_t frame, block_spectra *b, vf loudest_level) {
    const clip_job *job = s->job;
    const ptrdiff_t valid = job->n_frames - frame < BLOCK ? job->n_frames - frame : BLOCK;
    float loudest[BLOCK];
    fill_slab(job, frame, b->slab, &s->series);
    forward_exact(b->slab, valid, b->re, b->im, s->scratch);
    describe_frames(
        b, s->power, s->scratch->running, loudest, job->hz_per_bin, valid, s->centroid + frame,
        s->bandwidth + frame, s->rolloff + frame
    );
    loudest_level = block_levels(s->power, &job->mel, s->levels + frame, whole_blocks(job), loudest_level);
    find_peaks(job, s->power, loudest, &s->peaks);
    for (int lane = 0; lane < BLOCK; lane += LANES)
        medians_along(s->power + lane * ROW, LANES, N_BINS, b->across + lane * ROW, LANES);
    store_rows(s->power, s->rows + frame * ROW);
    return loudest_level;
}

static tabular_state *tabular_begin(const clip_job *job, int *tuning, clip_status *status) {
    tabular_state *s = open_state(job);
    *status = CLIP_NO_MEMORY;
    if (!s) return NULL;
    s->series.in_range = fabsf(job->samples[0]) <= LARGEST_SAMPLE;
    const ptrdiff_t end = separated_end(job), blocks = whole_blocks(job) / BLOCK;
    vf loudest_level = splat(-100.0f);
    /* The medians along time look fifteen frames ahead: a block is separated when the next one is known. */
    for (ptrdiff_t i = 0; i < blocks; i++) {
        loudest_level = analyse_block(s, i * BLOCK, s->blocks[i % 2], loudest_level);
        if (i > 0)
            separate_block(
                job, s->rows, (i - 1) * BLOCK, end, s->blocks[(i - 1) % 2], s->separated, &s->scratch->narrow
            );
    }
    separate_block(
        job, s->rows, (blocks - 1) * BLOCK, end, s->blocks[(blocks - 1) % 2], s->separated, &s->scratch->narrow
    );
    separate_rest(job, blocks * BLOCK, end, s->separated, s->blocks[0]->slab);
    if (!s->series.in_range) {
        tabular_free(s);
        *status = CLIP_OUT_OF_RANGE;
        return NULL;
    }
    s->loudest_level = largest_lane(loudest_level);
    *tuning = tuning_of(&s->peaks, (float *)s->scratch);
    *status = CLIP_DONE;
    return s;
}

/* Mean and population variance in double precision, deviations taken from the mean; four sums overlap. */
#define DEFINE_MOMENTS(name, type)                                                                                 \
    static double *name(const type *x, ptrdiff_t n, double *out) {                                                 \
        double sum[4] = {0.0}, square[4] = {0.0};                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) sum[i % 4] += x[i];                                                      \
        const double mean = ((sum[0] + sum[1]) + (sum[2] + sum[3])) / (double)n;                                   \
        for (ptrdiff_t i = 0; i < n; i++) square[i % 4] += (x[i] - mean) * (x[i] - mean);                          \
        out[0] = mean;                                                                                             \
        out[1] = ((square[0] + square[1]) + (square[2] + square[3])) / (double)n;                                  \
        return out + 2;                                                                                            \
    }
DEFINE_MOMENTS(moments_of_doubles, double)
DEFINE_MOMENTS(moments_of_floats, float)

/* Of n samples, those that were not counted being 0. */
static double *moments_of_sums(deviation_sums sums, ptrdiff_t missing, ptrdiff_t n, double *out) {
    add_deviation(&sums, 0.0f, (double)missing);
    const double mean = sums.sum / (double)n;
    out[0] = sums.reference + mean;
    out[1] = fmax(sums.square / (double)n - mean * mean, 0.0);
    return out + 2;
}

/* Twelve rows of N_BINS to twelve aligned rows of ROW, zeros behind. */
static void copy_bank(const float *bank, float *out) {
    memset(out, 0, N_CHROMA * ROW * sizeof(float));
    for (int c = 0; c < N_CHROMA; c++) memcpy(out + c * ROW, bank + c * N_BINS, N_BINS * sizeof(float));
}

static void tabular_finish(tabular_state *s, const float *chroma_bank, double *out) {
    const clip_job *job = s->job;
    const ptrdiff_t n = job->n_frames, stride = whole_blocks(job);
    const float floor = level_floor(s->levels, job->mel.n_bands, n, stride, s->loudest_level);
    copy_bank(chroma_bank, s->bank);
    chroma(s->rows, stride, s->bank, s->chroma);
    out = moments_of_floats(s->chroma, n * N_CHROMA, out);
    frame_levels(&s->series, n, s->level);
    out = moments_of_doubles(s->level, n, out);
    out = moments_of_doubles(s->centroid, n, out);
    out = moments_of_doubles(s->bandwidth, n, out);
    out = moments_of_doubles(s->rolloff, n, out);
    zero_crossings(job, &s->series, s->crossings);
    out = moments_of_doubles(s->crossings, n, out);
    out = moments_of_sums(s->separated->harmonic, job->n_samples - separated_end(job), job->n_samples, out);
    out = moments_of_sums(s->separated->percussive, job->n_samples - separated_end(job), job->n_samples, out);
    lift_to_floor(s->levels, job->mel.n_bands * stride, floor);
    onset_strength(job, s->levels, stride, s->rises, s->onsets);
    *out++ = tempo_of(job, s->onsets, &s->memory);
    cepstrum(job, s->levels, stride, floor, s->coefficients);
    for (int c = 0; c < job->n_mfcc; c++) out = moments_of_floats(s->coefficients + c * stride, n, out);
    tabular_free(s);
}

typedef struct {
    arena memory;
    block_spectra *block;
    transform_scratch *scratch;
    float *power, *levels, *coefficients;
} matrix_state;

/* Levels of the clip (n_mels, whole blocks) to s->levels; returns the loudest in *loudest. */
static clip_status clip_levels(const clip_job *job, matrix_state *s, float *loudest) {
    const size_t frames = (size_t)whole_blocks(job),
                 levels = ((size_t)job->mel.n_bands * frames + 2 * BLOCK) * sizeof(float);
    const size_t coefficients = (size_t)job->n_mfcc * frames * sizeof(float), power = CELLS * sizeof(float);
    const size_t bytes = padded_bytes(sizeof *s->block) + padded_bytes(sizeof *s->scratch) + padded_bytes(power);
    if (!arena_open(&s->memory, bytes + padded_bytes(levels) + padded_bytes(coefficients))) return CLIP_NO_MEMORY;
    s->block = arena_take(&s->memory, sizeof *s->block);
    s->scratch = arena_take(&s->memory, sizeof *s->scratch);
    s->power = arena_take(&s->memory, power);
    s->levels = arena_take(&s->memory, levels);
    s->coefficients = arena_take(&s->memory, coefficients);
    vf highest = splat(-100.0f);
    for (ptrdiff_t frame = 0; frame < job->n_frames; frame += BLOCK) {
        const ptrdiff_t valid = job->n_frames - frame < BLOCK ? job->n_frames - frame : BLOCK;
        fill_slab(job, frame, s->block->slab, NULL);
        forward_fast(s->block->slab, valid, s->block->re, s->block->im, s->scratch);
        power_only(s->block->re, s->block->im, s->power);
        highest = block_levels(s->power, &job->mel, s->levels + frame, (ptrdiff_t)frames, highest);
    }
    *loudest = largest_lane(highest);
    return CLIP_DONE;
}

static void copy_rows(const float *in, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_columns, float *out) {
    for (ptrdiff_t i = 0; i < n_rows; i++)
        memcpy(out + i * n_columns, in + i * stride, (size_t)n_columns * sizeof(float));
}

static clip_status logmel(const clip_job *job, float *out) {
    matrix_state s;
    float loudest;
    const clip_status status = clip_levels(job, &s, &loudest);
    if (status != CLIP_DONE) return status;
    const ptrdiff_t stride = whole_blocks(job), cells = stride * job->mel.n_bands;
    const vf floor = splat(loudest - 80.0f);
    for (ptrdiff_t i = 0; i < cells; i += LANES) store(s.levels + i, vmax(load(s.levels + i), floor));
    copy_rows(s.levels, stride, job->mel.n_bands, job->n_frames, out);
    free(s.memory.start);
    return CLIP_DONE;
}

static clip_status mfcc(const clip_job *job, float *out) {
    matrix_state s;
    float loudest;
    const clip_status status = clip_levels(job, &s, &loudest);
    if (status != CLIP_DONE) return status;
    const ptrdiff_t stride = whole_blocks(job);
    const float floor = level_floor(s.levels, job->mel.n_bands, job->n_frames, stride, loudest);
    lift_to_floor(s.levels, stride * job->mel.n_bands, floor);
    cepstrum(job, s.levels, stride, floor, s.coefficients);
    copy_rows(s.coefficients, stride, job->n_mfcc, job->n_frames, out);
    free(s.memory.start);
    return CLIP_DONE;
}
