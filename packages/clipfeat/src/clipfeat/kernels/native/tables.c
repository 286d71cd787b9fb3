/* Windows and twiddle factors, computed once in double precision. */
#include "kernel.h"

constant_tables clipfeat_tables;

static const double TWO_PI = 6.283185307179586476925286766559;

/* turn[(j * n_fast + k) * 2] = exp(-2 pi i j k / n). */
static void fill_turns(double *turn, int n_slow, int n_fast, int n) {
    for (int j = 0; j < n_slow; j++)
        for (int k = 0; k < n_fast; k++) {
            turn[(j * n_fast + k) * 2] = cos(TWO_PI * j * k / n);
            turn[(j * n_fast + k) * 2 + 1] = -sin(TWO_PI * j * k / n);
        }
}

static void round_to_float(float *out, const double *in, int n) {
    for (int i = 0; i < n; i++) out[i] = (float)in[i];
}

static void fill_windows(constant_tables *t) {
    for (int i = 0; i < N_FFT; i++) {
        double hann = 0.5 - 0.5 * cos(TWO_PI * i / N_FFT);
        t->window[i] = hann * SCALE;
        t->inverse_window[i] = (float)(hann / (SCALE * N_FFT * INNER_SQUARES));
        t->squares[i] = hann * hann;
    }
    round_to_float(t->window_float, t->window, N_FFT);
    for (int i = 0; i < SHORT_FFT; i++) t->short_window[i] = (float)(0.5 - 0.5 * cos(TWO_PI * i / SHORT_FFT));
}

static void fill_rounded_turns(float *turn, int n_slow, int n_fast, int n) {
    double exact[32 * ROWS * 2];
    fill_turns(exact, n_slow, n_fast, n);
    round_to_float(turn, exact, n_slow * n_fast * 2);
}

void clipfeat_fill_tables(void) {
    constant_tables *t = &clipfeat_tables;
    fill_windows(t);
    fill_turns(t->turn_2048, 32, ROWS, N_FFT);
    round_to_float(t->turn_2048_float, t->turn_2048, 32 * ROWS * 2);
    fill_rounded_turns(t->turn_back, ROWS, 32, N_FFT);
    for (int i = 1; i < ROWS * 32 * 2; i += 2) t->turn_back[i] = -t->turn_back[i];
    fill_rounded_turns(t->turn_512, 16, SHORT_ROWS, SHORT_FFT);
    fill_rounded_turns(t->tempo_turn_512, 32, 16, 512);
    fill_rounded_turns(t->tempo_turn_1024, 32, 32, 1024);
}
