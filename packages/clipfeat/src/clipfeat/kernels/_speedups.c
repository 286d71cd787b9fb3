/* The compiled kernels as a Python module: arguments in, one call with the interpreter lock released, arrays out.

   Arrays come and go through the buffer protocol, so that the module needs the stable ABI alone and builds without
   NumPy. `clipfeat.kernels._compiled` is the only caller; what it passes is checked here all the same, because a wrong
   length would read past the end of a buffer. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "native/kernel.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { MAX_KERNELS = 3, N_TABLES = 7 };

/* Best first; none on an x86-64 from before 2008. */
static const kernel *kernels[MAX_KERNELS];
static int n_kernels;

#if defined(__x86_64__)
static int has_avx512(void) {
#if defined(CLIPFEAT_EMULATE_AVX512)
    return __builtin_cpu_supports("avx2");
#else
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
}
#endif

static void find_kernels(void) {
    n_kernels = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (has_avx512()) kernels[n_kernels++] = &clipfeat_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) kernels[n_kernels++] = &clipfeat_avx2;
    if (!__builtin_cpu_supports("sse4.2")) return;
#endif
    kernels[n_kernels++] = &clipfeat_baseline;
}

/* Numbers too small to be normal count as zero during a call: on many processors they cost a hundred cycles each. */
#if defined(__x86_64__)
typedef unsigned int float_mode;
static float_mode flush_denormals(void) {
    const float_mode before = _mm_getcsr();
    _mm_setcsr(before | 0x8040);
    return before;
}
static void restore_denormals(float_mode before) { _mm_setcsr(before); }
#elif defined(__aarch64__)
typedef uint64_t float_mode;
static float_mode flush_denormals(void) {
    float_mode before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | (UINT64_C(1) << 24)));
    return before;
}
static void restore_denormals(float_mode before) { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }
#else
typedef int float_mode;
static float_mode flush_denormals(void) { return 0; }
static void restore_denormals(float_mode before) { (void)before; }
#endif

/* A contiguous buffer of the given item format ('f', 'd' or 'i'); n < 0 takes any length above zero. */
static int take_buffer(
    PyObject *object, Py_buffer *view, char format, Py_ssize_t n, int writable, const char *name
) {
    const int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(object, view, flags) < 0) return -1;
    const Py_ssize_t size = format == 'd' ? 8 : 4, items = view->len / size;
    const char *found = view->format ? view->format : "B";
    if (found[0] == format && found[1] == '\0' && view->itemsize == size && (uintptr_t)view->buf % size == 0
        && (n < 0 ? items > 0 : items == n))
        return 0;
    PyErr_Format(
        PyExc_ValueError, "%s: need %zd aligned items of format '%c', got %zd of '%s'", name, n, format, items,
        found
    );
    PyBuffer_Release(view);
    return -1;
}

static const kernel *kernel_at(int index) {
    if (index >= 0 && index < n_kernels) return kernels[index];
    PyErr_Format(PyExc_ValueError, "kernel: need an index below %d, got %d", n_kernels, index);
    return NULL;
}

/* Bands must stay inside the bins, and their weights add up to the table. */
static int check_bands(const band_table *mel, Py_ssize_t n_weights, int n_bins) {
    Py_ssize_t total = 0;
    for (int band = 0; band < mel->n_bands; band++) {
        const int32_t first = mel->first[band], count = mel->count[band];
        if (first < 0 || count < 0 || first > n_bins - count) {
            PyErr_Format(PyExc_ValueError, "mel: band %d leaves the spectrum", band);
            return -1;
        }
        total += count;
    }
    if (total == n_weights) return 0;
    PyErr_Format(PyExc_ValueError, "mel: need %zd weights, got %zd", total, n_weights);
    return -1;
}

/* The buffers of one call, released together. */
typedef struct {
    Py_buffer views[N_TABLES + 2];
    int n_views;
} held_buffers;

static void release_all(held_buffers *held) {
    while (held->n_views > 0) PyBuffer_Release(&held->views[--held->n_views]);
}

static void *hold(held_buffers *held, PyObject *object, char format, Py_ssize_t n, int writable, const char *name) {
    Py_buffer *view = &held->views[held->n_views];
    if (take_buffer(object, view, format, n, writable, name) < 0) return NULL;
    held->n_views++;
    return view->buf;
}

static Py_ssize_t items_held(const held_buffers *held) {
    const Py_buffer *view = &held->views[held->n_views - 1];
    return view->len / view->itemsize;
}

static int take_bands(held_buffers *held, PyObject *const *bands, band_table *mel, int n_bins) {
    if (!(mel->first = hold(held, bands[0], 'i', -1, 0, "mel_first"))) return -1;
    const Py_ssize_t n_bands = items_held(held);
    if (!(mel->count = hold(held, bands[1], 'i', n_bands, 0, "mel_count"))) return -1;
    if (!(mel->weights = hold(held, bands[2], 'f', -1, 0, "mel_weights"))) return -1;
    mel->n_bands = (int)n_bands;
    return check_bands(mel, items_held(held), n_bins);
}

static int take_tempo(held_buffers *held, PyObject *const *tables, tempo_table *tempo) {
    if (!(tempo->window = hold(held, tables[0], 'd', -1, 0, "tempo_window"))) return -1;
    const Py_ssize_t n_lags = items_held(held);
    if (!(tempo->bpm = hold(held, tables[1], 'd', n_lags, 0, "tempo_bpm"))) return -1;
    if (!(tempo->prior = hold(held, tables[2], 'd', n_lags, 0, "tempo_prior"))) return -1;
    tempo->n_lags = (int)n_lags;
    return 0;
}

/* Fill a job from samples and the tuple of tables that `_compiled.Tables` keeps for a plan. */
static int take_job(held_buffers *held, PyObject *samples, PyObject *tables, clip_job *job) {
    PyObject *t[N_TABLES];
    if (!PyArg_ParseTuple(
            tables, "pdiiiOOOOOOO", &job->legacy, &job->hz_per_bin, &job->first_pitch_bin, &job->last_pitch_bin,
            &job->tempo.onset_delay, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6]
        ))
        return -1;
    if (!(job->samples = hold(held, samples, 'f', -1, 0, "samples"))) return -1;
    job->n_samples = items_held(held);
    job->n_frames = 1 + job->n_samples / HOP;
    if (take_bands(held, t, &job->mel, N_BINS) < 0 || take_tempo(held, t + 3, &job->tempo) < 0) return -1;
    if (!(job->dct = hold(held, t[6], 'f', -1, 0, "dct"))) return -1;
    job->n_mfcc = (int)(items_held(held) / job->mel.n_bands);
    if (items_held(held) != (Py_ssize_t)job->n_mfcc * job->mel.n_bands || job->first_pitch_bin < 1
        || job->last_pitch_bin < job->first_pitch_bin || job->last_pitch_bin >= N_BINS
        || job->tempo.onset_delay < 0) {
        PyErr_SetString(PyExc_ValueError, "tables: sizes do not fit each other");
        return -1;
    }
    return 0;
}

/* True when done, False when the samples are out of the range of single precision (the caller has another way). */
static PyObject *answer(clip_status status) {
    if (status == CLIP_NO_MEMORY) return PyErr_NoMemory();
    return PyBool_FromLong(status == CLIP_DONE);
}

/* The filterbank for a tuning, from Python's cache, copied: the buffer is let go before the lock is. */
static int fetch_bank(PyObject *chroma_bank, int tuning, float *bank) {
    PyObject *array = PyObject_CallFunction(chroma_bank, "i", tuning);
    Py_buffer view;
    int result = -1;
    if (!array) return -1;
    if (take_buffer(array, &view, 'f', N_CHROMA * N_BINS, 0, "chroma_bank") == 0) {
        memcpy(bank, view.buf, N_CHROMA * N_BINS * sizeof(float));
        PyBuffer_Release(&view);
        result = 0;
    }
    Py_DECREF(array);
    return result;
}

/* Chroma needs the tuning of the whole clip, and the filterbank for it lives in Python: hence two halves. */
static PyObject *run_tabular(const kernel *k, const clip_job *job, PyObject *chroma_bank, double *out) {
    clip_status status;
    tabular_state *state;
    int tuning = 0;
    Py_BEGIN_ALLOW_THREADS const float_mode before = flush_denormals();
    state = k->tabular_begin(job, &tuning, &status);
    restore_denormals(before);
    Py_END_ALLOW_THREADS if (!state) return answer(status);
    float *bank = malloc(N_CHROMA * N_BINS * sizeof(float));
    if (!bank || fetch_bank(chroma_bank, tuning, bank) < 0) {
        free(bank);
        k->tabular_free(state);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    Py_BEGIN_ALLOW_THREADS const float_mode before = flush_denormals();
    k->tabular_finish(state, bank, out);
    restore_denormals(before);
    Py_END_ALLOW_THREADS free(bank);
    return answer(CLIP_DONE);
}

static PyObject *tabular(PyObject *Py_UNUSED(module), PyObject *args) {
    int index;
    PyObject *samples, *tables, *chroma_bank, *out, *result = NULL;
    if (!PyArg_ParseTuple(args, "iOO!OO", &index, &samples, &PyTuple_Type, &tables, &chroma_bank, &out))
        return NULL;
    const kernel *k = kernel_at(index);
    held_buffers held = {.n_views = 0};
    clip_job job;
    double *values;
    if (k && take_job(&held, samples, tables, &job) == 0
        && (values = hold(&held, out, 'd', 17 + 2 * (Py_ssize_t)job.n_mfcc, 1, "out")))
        result = run_tabular(k, &job, chroma_bank, values);
    release_all(&held);
    return result;
}

typedef clip_status (*matrix_function)(const clip_job *, float *);

static PyObject *run_matrix(matrix_function function, const clip_job *job, float *out) {
    clip_status status;
    Py_BEGIN_ALLOW_THREADS const float_mode before = flush_denormals();
    status = function(job, out);
    restore_denormals(before);
    Py_END_ALLOW_THREADS return answer(status);
}

static PyObject *logmel(PyObject *Py_UNUSED(module), PyObject *args) {
    int index;
    PyObject *samples, *tables, *out, *result = NULL;
    if (!PyArg_ParseTuple(args, "iOO!O", &index, &samples, &PyTuple_Type, &tables, &out)) return NULL;
    const kernel *k = kernel_at(index);
    held_buffers held = {.n_views = 0};
    clip_job job;
    float *cells;
    if (k && take_job(&held, samples, tables, &job) == 0
        && (cells = hold(&held, out, 'f', job.mel.n_bands * (Py_ssize_t)job.n_frames, 1, "out")))
        result = run_matrix(k->logmel, &job, cells);
    release_all(&held);
    return result;
}

static PyObject *mfcc(PyObject *Py_UNUSED(module), PyObject *args) {
    int index;
    PyObject *samples, *tables, *out, *result = NULL;
    if (!PyArg_ParseTuple(args, "iOO!O", &index, &samples, &PyTuple_Type, &tables, &out)) return NULL;
    const kernel *k = kernel_at(index);
    held_buffers held = {.n_views = 0};
    clip_job job;
    float *cells;
    if (k && take_job(&held, samples, tables, &job) == 0
        && (cells = hold(&held, out, 'f', job.n_mfcc * (Py_ssize_t)job.n_frames, 1, "out")))
        result = run_matrix(k->mfcc, &job, cells);
    release_all(&held);
    return result;
}

static PyObject *run_short_mel(
    const kernel *k, const float *samples, Py_ssize_t n, const band_table *mel, float *out
) {
    clip_status status;
    Py_BEGIN_ALLOW_THREADS const float_mode before = flush_denormals();
    status = k->short_mel(samples, n, mel, out);
    restore_denormals(before);
    Py_END_ALLOW_THREADS return answer(status);
}

static PyObject *musicnn_mel_power(PyObject *Py_UNUSED(module), PyObject *args) {
    int index;
    PyObject *samples, *bands[3], *out, *result = NULL;
    if (!PyArg_ParseTuple(args, "iO(OOO)O", &index, &samples, &bands[0], &bands[1], &bands[2], &out)) return NULL;
    const kernel *k = kernel_at(index);
    held_buffers held = {.n_views = 0};
    band_table mel;
    const float *x;
    if (k && (x = hold(&held, samples, 'f', -1, 0, "samples"))) {
        const Py_ssize_t n = items_held(&held);
        float *cells;
        if (take_bands(&held, bands, &mel, SHORT_BINS) == 0
            && (cells = hold(&held, out, 'f', (1 + n / SHORT_HOP) * mel.n_bands, 1, "out")))
            result = run_short_mel(k, x, n, &mel, cells);
    }
    release_all(&held);
    return result;
}

static PyObject *run_median31(
    const kernel *k, const float *in, Py_ssize_t rows, Py_ssize_t columns, int axis, float *out
) {
    clip_status status;
    Py_BEGIN_ALLOW_THREADS const float_mode before = flush_denormals();
    status = k->median31(in, rows, columns, axis, out);
    restore_denormals(before);
    Py_END_ALLOW_THREADS return answer(status);
}

static PyObject *median31(PyObject *Py_UNUSED(module), PyObject *args) {
    int index, axis;
    Py_ssize_t rows, columns;
    PyObject *power, *out, *result = NULL;
    if (!PyArg_ParseTuple(args, "iOnniO", &index, &power, &rows, &columns, &axis, &out)) return NULL;
    if (rows < 1 || columns < 1 || rows > PY_SSIZE_T_MAX / 4 / columns || (axis != 0 && axis != 1))
        return PyErr_Format(
            PyExc_ValueError, "median31: cannot run along axis %d of (%zd, %zd)", axis, rows, columns
        );
    const kernel *k = kernel_at(index);
    held_buffers held = {.n_views = 0};
    const float *in;
    float *cells;
    if (k && (in = hold(&held, power, 'f', rows * columns, 0, "power"))
        && (cells = hold(&held, out, 'f', rows * columns, 1, "out")))
        result = run_median31(k, in, rows, columns, axis, cells);
    release_all(&held);
    return result;
}

static PyObject *kernel_names(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(nothing)) {
    PyObject *names = PyTuple_New(n_kernels);
    for (int i = 0; names && i < n_kernels; i++) {
        PyObject *name = PyUnicode_FromString(kernels[i]->name);
        if (!name || PyTuple_SetItem(names, i, name) < 0) {
            Py_DECREF(names);
            return NULL;
        }
    }
    return names;
}

static PyMethodDef methods[] = {
    {"kernel_names", kernel_names, METH_NOARGS, "Kernels this processor can run, best first."},
    {"tabular", tabular, METH_VARARGS, "tabular(kernel, samples, tables, chroma_bank, out) -> done"},
    {"logmel", logmel, METH_VARARGS, "logmel(kernel, samples, tables, out) -> done"},
    {"mfcc", mfcc, METH_VARARGS, "mfcc(kernel, samples, tables, out) -> done"},
    {"musicnn_mel_power", musicnn_mel_power, METH_VARARGS,
     "musicnn_mel_power(kernel, samples, bands, out) -> done"},
    {"median31", median31, METH_VARARGS, "median31(kernel, power, rows, columns, axis, out) -> done"},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *Py_UNUSED(module)) {
    find_kernels();
    clipfeat_fill_tables();
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_speedups", .m_doc = "Compiled kernels of clipfeat.",
    .m_methods = methods,  .m_slots = slots,
};

PyMODINIT_FUNC PyInit__speedups(void) { return PyModuleDef_Init(&definition); }
