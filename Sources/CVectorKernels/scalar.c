/// Plain C: the reference that every other level is compared with, and the way out on other processors.
/// Eight running sums, as they let the compiler use what the baseline instruction set has.
#define KERNEL_LEVEL GLIMPSE_KERNEL_SCALAR
#define KERNEL_TABLE glimpse_kernels_scalar
#define KERNEL_TARGET

#include <stddef.h>

enum { LANES = 8 };

static inline float sum_of(const float sums[LANES]) {
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static inline float row_dot(const float *a, const float *b, size_t n, const char *ahead) {
    float sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += a[i + lane] * b[i + lane];
    }
    for (; i < n; i++) sums[i % LANES] += a[i] * b[i];
    (void)ahead;
    return sum_of(sums);
}

static inline float row_squared_l2(const float *a, const float *b, size_t n, const char *ahead) {
    float sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            float difference = a[i + lane] - b[i + lane];
            sums[lane] += difference * difference;
        }
    }
    for (; i < n; i++) {
        float difference = a[i] - b[i];
        sums[i % LANES] += difference * difference;
    }
    (void)ahead;
    return sum_of(sums);
}

#include "one_to_many.h"
