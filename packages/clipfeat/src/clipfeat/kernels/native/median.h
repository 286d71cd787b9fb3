/* Running medians of 31 by shared sorting.

   Sixteen neighbouring windows (outputs 0..15, inputs 0..45) share inputs 15..30. Those are sorted once; then the
   windows are halved (8, 4, 2, 1), each half merging in the values it still shares and keeping only the ranks that
   can yet become the median: 8, 4, 2, and the last step is a clamp. Inputs come in groups of eight aligned to the
   axis, sorted as pairs, fours and eights once, and used so in every window that needs them. */
#define COMPARE(a, b)                                                                                              \
    do {                                                                                                           \
        const vf low = vmin(a, b);                                                                                 \
        b = vmax(a, b);                                                                                            \
        a = low;                                                                                                   \
    } while (0)
#define LOWER(a, b) a = vmin(a, b)
#define UPPER(a, b) b = vmax(a, b)
#define VF vf
#include "sort_networks.h"

enum { GROUP = 8, GROUPS = 6 };

typedef struct {
    vf raw[GROUP], pairs[GROUP], fours[GROUP], eight[GROUP];
} sorted_group;

static inline ALWAYS_INLINE void sort_fours(sorted_group *g) {
    sort_pairs8(g->raw, g->pairs);
    merge_pairs(g->pairs, g->fours);
    merge_pairs(g->pairs + 4, g->fours + 4);
}

static inline ALWAYS_INLINE void sort_group(sorted_group *g) {
    sort_fours(g);
    merge_fours(g->fours, g->eight);
}

/* Two medians from the four ranks left, a pair they share, and the value each has alone. */
static inline ALWAYS_INLINE void last_two(
    const vf *kept, const vf *pair, vf left, vf right, float *out, ptrdiff_t step
) {
    vf bounds[2];
    keep_two(kept, pair, bounds);
    store(out, vmax(bounds[0], vmin(bounds[1], left)));
    store(out + step, vmax(bounds[0], vmin(bounds[1], right)));
}

/* Eight medians from the eight ranks left, the group before the windows' first half and the one after their last. */
static inline ALWAYS_INLINE void last_eight(
    const vf *kept, const sorted_group *before, const sorted_group *after, float *out, ptrdiff_t step
) {
    vf four[4];
    keep_four(kept, before->fours + 4, four);
    last_two(four, before->pairs + 2, before->raw[1], after->raw[0], out, step);
    last_two(four, after->pairs, before->raw[3], after->raw[2], out + 2 * step, step);
    keep_four(kept, after->fours, four);
    last_two(four, before->pairs + 6, before->raw[5], after->raw[4], out + 4 * step, step);
    last_two(four, after->pairs + 4, before->raw[7], after->raw[6], out + 6 * step, step);
}

/* Sixteen medians: output i is the median of inputs i .. i + 30, input 0 being the second value of group 0. */
static inline ALWAYS_INLINE void sixteen_medians(const sorted_group *const *g, float *out, ptrdiff_t step) {
    vf core[16], kept[8];
    for (int i = 0; i < GROUP; i++) {
        core[i] = g[2]->eight[i];
        core[GROUP + i] = g[3]->eight[i];
    }
    merge_eights(core, core);
    keep_eight(core, g[1]->eight, kept);
    last_eight(kept, g[0], g[4], out, step);
    keep_eight(core, g[4]->eight, kept);
    last_eight(kept, g[1], g[5], out + 8 * step, step);
}

static inline ALWAYS_INLINE void read_group(
    sorted_group *g, const float *lines, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t length
) {
    for (int i = 0; i < GROUP; i++) g->raw[i] = load(lines + mirrored(first + i, length) * stride);
}

/* Medians along lines of LANES floats, `stride` floats apart. out takes whole groups of sixteen lines. */
static NOINLINE void medians_along(
    const float *lines, ptrdiff_t stride, ptrdiff_t length, float *out, ptrdiff_t out_stride
) {
    sorted_group ring[GROUPS];
    sorted_group *g[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
        g[i] = &ring[i];
        read_group(g[i], lines, stride, (i - 2) * GROUP, length);
        sort_group(g[i]);
    }
    for (ptrdiff_t first = 0;; first += BLOCK) {
        sixteen_medians((const sorted_group *const *)g, out + first * out_stride, out_stride);
        if (first + BLOCK >= length) break;
        sorted_group *spent[2] = {g[0], g[1]};
        for (int i = 0; i < GROUPS - 2; i++) g[i] = g[i + 2];
        for (int i = 0; i < 2; i++) {
            g[4 + i] = spent[i];
            read_group(spent[i], lines, stride, first + BLOCK + (2 + i) * GROUP, length);
            sort_group(spent[i]);
        }
    }
}

/* Medians of 31 rows for the sixteen rows whose mirrored neighbourhood `rows` names (48 of them, the first being 16
   above the first output), at LANES columns: out is (BLOCK, LANES). */
static inline ALWAYS_INLINE void medians_across_rows(const float *const *rows, ptrdiff_t column, float *out) {
    sorted_group groups[GROUPS];
    const sorted_group *g[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
        for (int j = 0; j < GROUP; j++) {
            groups[i].raw[j] = load(rows[i * GROUP + j] + column);
            if (column % 16 == 0) __builtin_prefetch(rows[i * GROUP + j] + column + 32);
        }
        if (i == 0 || i == GROUPS - 1) sort_fours(&groups[i]);
        else sort_group(&groups[i]);
        g[i] = &groups[i];
    }
    sixteen_medians(g, out, LANES);
}

/* One strip of up to LANES columns, copied together where it is narrower, so that no load leaves the matrix. */
static void median_strip(
    const float *in, ptrdiff_t stride, ptrdiff_t length, ptrdiff_t width, float *lines, float *medians
) {
    for (ptrdiff_t i = 0; i < length; i++)
        for (ptrdiff_t j = 0; j < LANES; j++) lines[i * LANES + j] = j < width ? in[i * stride + j] : 0.0f;
    medians_along(lines, LANES, length, medians, LANES);
}

static clip_status median31(const float *power, ptrdiff_t n_rows, ptrdiff_t n_columns, int axis, float *out) {
    const ptrdiff_t length = axis == 0 ? n_rows : n_columns, width = axis == 0 ? n_columns : n_rows;
    const ptrdiff_t rounded = (length + BLOCK - 1) / BLOCK * BLOCK;
    arena memory;
    if (!arena_open(&memory, 2 * padded_bytes((size_t)rounded * LANES * sizeof(float)))) return CLIP_NO_MEMORY;
    float *lines = arena_take(&memory, (size_t)rounded * LANES * sizeof(float));
    float *medians = arena_take(&memory, (size_t)rounded * LANES * sizeof(float));
    for (ptrdiff_t start = 0; start < width; start += LANES) {
        const ptrdiff_t count = width - start < LANES ? width - start : LANES;
        if (axis == 0) median_strip(power + start, n_columns, length, count, lines, medians);
        else {
            for (ptrdiff_t j = 0; j < LANES; j++)
                for (ptrdiff_t i = 0; i < length; i++)
                    lines[i * LANES + j] = j < count ? power[(start + j) * n_columns + i] : 0.0f;
            medians_along(lines, LANES, length, medians, LANES);
        }
        for (ptrdiff_t i = 0; i < length; i++)
            for (ptrdiff_t j = 0; j < count; j++)
                out[axis == 0 ? i * n_columns + start + j : (start + j) * n_columns + i] = medians[i * LANES + j];
    }
    free(memory.start);
    return CLIP_DONE;
}
