/* A kernel: every stage for one lane count, and the order in which they run. Included once per instruction set, after
   LANES, KERNEL (the exported table) and KERNEL_NAME have been defined. */
#include "kernel.h"
#include "lanes.h"

#include "frames.h"

#define V vd
#define S double
#define C(x) (x)
#define NAME(x) x##_double
#define TABLE(x) clipfeat_tables.x
#define FETCH(p) widen(p)
#define PUT(p, v) narrow(p, v)
#include "transform.h"
#undef V
#undef S
#undef C
#undef NAME
#undef TABLE
#undef FETCH
#undef PUT

#define V vf
#define S float
#define C(x) (x##f)
#define NAME(x) x##_float
#define TABLE(x) clipfeat_tables.x##_float
#define FETCH(p) load(p)
#define PUT(p, v) store(p, v)
#include "transform.h"
#undef V
#undef S
#undef C
#undef NAME
#undef TABLE
#undef FETCH
#undef PUT

#include "median.h"
#include "spectrum.h"
#include "mel.h"
#include "pitch.h"
#include "harmonic.h"
#include "rhythm.h"
#include "musicnn.h"
#include "tabular.h"

const kernel KERNEL = {
    .name = KERNEL_NAME,
    .tabular_begin = tabular_begin,
    .tabular_finish = tabular_finish,
    .tabular_free = tabular_free,
    .logmel = logmel,
    .mfcc = mfcc,
    .short_mel = short_mel,
    .median31 = median31,
};
