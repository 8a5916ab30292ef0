#if defined(__aarch64__)
/// NEON, which every 64-bit ARM has: four floats a step, four running sums, the tail one by one.
#define KERNEL_LEVEL GLIMPSE_KERNEL_NEON
#define KERNEL_TABLE glimpse_kernels_neon
#define KERNEL_TARGET
#define INLINE static inline __attribute__((always_inline))

#include <arm_neon.h>
#include <stddef.h>

enum { WIDTH = 4 };

INLINE float32x4_t dot_step(float32x4_t sum, float32x4_t a, float32x4_t b) { return vfmaq_f32(sum, a, b); }

INLINE float32x4_t squared_l2_step(float32x4_t sum, float32x4_t a, float32x4_t b) {
    float32x4_t difference = vsubq_f32(a, b);
    return vfmaq_f32(sum, difference, difference);
}

INLINE float dot_tail(float a, float b) { return a * b; }
INLINE float squared_l2_tail(float a, float b) { return (a - b) * (a - b); }

#define ROW(NAME, STEP, TAIL)                                                                                         \
    INLINE float NAME(const float *a, const float *b, size_t n, const char *ahead) {                                  \
        float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            __builtin_prefetch(ahead + i * sizeof(float));                                                            \
            s0 = STEP(s0, vld1q_f32(a + i), vld1q_f32(b + i));                                                        \
            s1 = STEP(s1, vld1q_f32(a + i + WIDTH), vld1q_f32(b + i + WIDTH));                                        \
            s2 = STEP(s2, vld1q_f32(a + i + 2 * WIDTH), vld1q_f32(b + i + 2 * WIDTH));                                \
            s3 = STEP(s3, vld1q_f32(a + i + 3 * WIDTH), vld1q_f32(b + i + 3 * WIDTH));                                \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) s0 = STEP(s0, vld1q_f32(a + i), vld1q_f32(b + i));                         \
        float tail = 0;                                                                                               \
        for (; i < n; i++) tail += TAIL(a[i], b[i]);                                                                  \
        return vaddvq_f32(vaddq_f32(vaddq_f32(s0, s1), vaddq_f32(s2, s3))) + tail;                                    \
    }

ROW(row_dot, dot_step, dot_tail)
ROW(row_squared_l2, squared_l2_step, squared_l2_tail)

#include "one_to_many.h"
#endif
