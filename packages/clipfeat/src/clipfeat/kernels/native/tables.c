/* Windows and twiddle factors, computed once in double precision. */
#include "kernel.h"

constant_tables clipfeat_tables;

static const double TWO_PI = 6.283185307179586476925286766559;

/* turn[(j * n_fast + k) * 2] = exp(-2 pi i j k / (n_slow n_fast)). */
static void fill_turns(double *turn, int n_slow, int n_fast) {
    for (int j = 0; j < n_slow; j++)
        for (int k = 0; k < n_fast; k++) {
            double angle = TWO_PI * j * k / (n_slow * n_fast);
            turn[(j * n_fast + k) * 2] = cos(angle);
            turn[(j * n_fast + k) * 2 + 1] = -sin(angle);
        }
}

static void fill_split(double *split, int n) {
    for (int k = 0; k <= n / 4; k++) {
        split[2 * k] = cos(TWO_PI * k / n);
        split[2 * k + 1] = -sin(TWO_PI * k / n);
    }
}

static void round_to_float(float *out, const double *in, int n) {
    for (int i = 0; i < n; i++) out[i] = (float)in[i];
}

static void fill_windows(constant_tables *t) {
    for (int i = 0; i < N_FFT; i++) {
        double hann = 0.5 - 0.5 * cos(TWO_PI * i / N_FFT);
        t->window[i] = 0.5 * hann * SCALE;
        t->inverse_window[i] = (float)(hann / (SCALE * N_FFT * INNER_SQUARES));
        t->squares[i] = hann * hann;
    }
    round_to_float(t->window_float, t->window, N_FFT);
    for (int i = 0; i < SHORT_FFT; i++)
        t->short_window[i] = (float)(0.5 * (0.5 - 0.5 * cos(TWO_PI * i / SHORT_FFT)));
}

void clipfeat_fill_tables(void) {
    constant_tables *t = &clipfeat_tables;
    double scratch[32 * 16 * 2];
    fill_windows(t);
    fill_turns(t->turn_1024, 32, 32);
    fill_split(t->split, N_FFT);
    round_to_float(t->turn_1024_float, t->turn_1024, 32 * 32 * 2);
    fill_turns(scratch, 32, 16);
    round_to_float(t->turn_512_float, scratch, 32 * 16 * 2);
    round_to_float(t->split_float, t->split, (N_FFT / 4 + 1) * 2);
    fill_turns(scratch, 16, 16);
    round_to_float(t->turn_256, scratch, 16 * 16 * 2);
    fill_split(scratch, SHORT_FFT);
    round_to_float(t->split_short, scratch, (SHORT_FFT / 4 + 1) * 2);
}
