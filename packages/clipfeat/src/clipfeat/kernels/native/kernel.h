/* What all kernels share: the sizes of the fast path, a clip and its tables, and the functions a kernel offers.

   The fast path knows one frame: 2048 samples every 512. Sixteen neighbouring frames make a block, the unit in
   which everything is computed; inside a block the frames are the innermost index of every array, so that any
   number of lanes that divides sixteen runs the same code without shuffling. */
#ifndef CLIPFEAT_KERNEL_H
#define CLIPFEAT_KERNEL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_FFT = 2048,
    HALF_FFT = N_FFT / 2,
    HOP = 512,
    OVERLAP = N_FFT / HOP,
    N_BINS = HALF_FFT + 1,
    BLOCK = 16,
    /* Bins of a stored row: a multiple of sixteen, and 65 cache lines, so that rows do not compete for one set. */
    ROW = 1040,
    /* Of the square into which the transform of a frame is laid out. */
    ROWS = 33,
    /* One row more after every 64 bins: the transform writes every 64th, which would fall into two sets of the
       cache. */
    SPECTRUM_ROWS = N_BINS + N_BINS / 64,
    SPECTRUM_STEP = 65,
    N_CHROMA = 12,
    N_TUNINGS = 100,
    /* The front end of the MusiCNN nets. */
    SHORT_FFT = 512,
    SHORT_HOP = 256,
    SHORT_BINS = SHORT_FFT / 2 + 1,
    SHORT_ROWS = 17
};

/* Spectra carry 2^20 from the window on, so that squares of faint samples do not underflow; mel weights and the
   inverse window take it out again. */
#define SCALE 1048576.0

/* Squared periodic Hann windows, a quarter of their length apart, add up to this everywhere. */
#define INNER_SQUARES 1.5

/* Beyond this the scaled powers would leave the range of single precision. */
#define LARGEST_SAMPLE 1073741824.0f

typedef enum { CLIP_DONE = 0, CLIP_NO_MEMORY, CLIP_OUT_OF_RANGE } clip_status;

/* Bands of weights over bins: band b covers bins first[b] .. first[b] + count[b] - 1; weights lie end to end. */
typedef struct {
    int n_bands;
    const int32_t *first, *count;
    const float *weights;
} band_table;

typedef struct {
    int n_lags, onset_delay;
    const double *window, *bpm, *prior;
} tempo_table;

typedef struct {
    const float *samples;
    ptrdiff_t n_samples, n_frames;
    int legacy;
    double hz_per_bin;
    int first_pitch_bin, last_pitch_bin; /* [first, last) */
    band_table mel;
    int n_mfcc;
    const float *dct; /* (n_mfcc, n_mels) */
    tempo_table tempo;
} clip_job;

/* One block of memory handed out in 64-byte steps and freed at once. */
typedef struct {
    char *start, *next;
} arena;

/* What the first half of the table leaves for the second: chroma needs the tuning of the whole clip first. */
typedef struct tabular_state tabular_state;

typedef struct {
    const char *name;
    tabular_state *(*tabular_begin)(const clip_job *job, int *tuning, clip_status *status);
    /* Writes 17 + 2 n_mfcc values and frees the state. */
    void (*tabular_finish)(tabular_state *state, const float *chroma_bank, double *out);
    void (*tabular_free)(tabular_state *state);
    clip_status (*logmel)(const clip_job *job, float *out);
    clip_status (*mfcc)(const clip_job *job, float *out);
    clip_status (*short_mel)(const float *samples, ptrdiff_t n_samples, const band_table *mel, float *out);
    /* (n_rows, n_columns); axis 0 runs down the rows. */
    clip_status (*median31)(const float *power, ptrdiff_t n_rows, ptrdiff_t n_columns, int axis, float *out);
} kernel;

extern const kernel clipfeat_baseline;
#if defined(__x86_64__)
extern const kernel clipfeat_avx2;
extern const kernel clipfeat_avx512;
#endif

/* Tables that depend on nothing; filled once when the module is first loaded. */
typedef struct {
    double window[N_FFT]; /* periodic Hann, times SCALE */
    float window_float[N_FFT];
    float inverse_window[N_FFT];     /* periodic Hann / (SCALE * N_FFT * INNER_SQUARES) */
    double squares[N_FFT];           /* squared periodic Hann */
    float short_window[SHORT_FFT];   /* periodic Hann */
    double turn_2048[32 * ROWS * 2]; /* exp(-2 pi i j k / 2048), at [(j * ROWS + k) * 2] */
    float turn_2048_float[32 * ROWS * 2];
    float turn_back[ROWS * 32 * 2];      /* exp(2 pi i j k / 2048), at [(k * 32 + j) * 2] */
    float turn_512[16 * SHORT_ROWS * 2]; /* exp(-2 pi i j k / 512), at [(j * SHORT_ROWS + k) * 2] */
    float tempo_turn_512[32 * 16 * 2];   /* exp(-2 pi i j k / 512), at [(j * 16 + k) * 2] */
    float tempo_turn_1024[32 * 32 * 2];  /* exp(-2 pi i j k / 1024), at [(j * 32 + k) * 2] */
} constant_tables;

extern constant_tables clipfeat_tables;
void clipfeat_fill_tables(void);

/* Index into a sequence that is mirrored with its edge repeated, again and again: d c b a | a b c d | d c b a. */
static inline ptrdiff_t mirrored(ptrdiff_t i, ptrdiff_t length) {
    if (i >= 0 && i < length) return i;
    ptrdiff_t folded = i % (2 * length);
    if (folded < 0) folded += 2 * length;
    return folded < length ? folded : 2 * length - 1 - folded;
}

/* The same without repeating the edge: d c b | a b c d | c b a. */
static inline ptrdiff_t reflected(ptrdiff_t i, ptrdiff_t length) {
    if (length == 1) return 0;
    ptrdiff_t folded = i % (2 * length - 2);
    if (folded < 0) folded += 2 * length - 2;
    return folded < length ? folded : 2 * length - 2 - folded;
}

static inline ptrdiff_t spectrum_row(ptrdiff_t bin) { return bin + bin / 64; }

static inline size_t padded_bytes(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static inline int arena_open(arena *a, size_t bytes) {
    a->start = malloc(bytes + 64);
    a->next = a->start ? (char *)(((uintptr_t)a->start + 63) & ~(uintptr_t)63) : NULL;
    return a->start != NULL;
}

static inline void *arena_take(arena *a, size_t bytes) {
    void *taken = a->next;
    a->next += padded_bytes(bytes);
    return taken;
}

#endif
