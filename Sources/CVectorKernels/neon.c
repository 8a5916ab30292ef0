#if defined(__aarch64__)
/// NEON, which every 64-bit ARM has.
#define KERNEL_LEVEL GLIMPSE_KERNEL_NEON
#define KERNEL_TABLE glimpse_kernels_neon
#define KERNEL_TARGET
#define INLINE static inline __attribute__((always_inline))

#include "neon.h"

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const int8x16_t a = vld1q_s8(query + i), b = vld1q_s8(row + i);
        s0 = vpadalq_s16(s0, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        s1 = vpadalq_s16(s1, vmull_high_s8(a, b));
    }
    return prepared + vaddvq_s32(vaddq_s32(s0, s1)) + int8_tail(query + i, row + i, n - i);
}

#include "kernels.h"
#endif
