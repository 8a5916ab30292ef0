#if defined(__aarch64__)
/// NEON with its instruction for dot products of bytes (optional in ARMv8.2, always there from 8.4 on): in other
/// respects the same level.
#define KERNEL_LEVEL GLIMPSE_KERNEL_NEON
#define KERNEL_TABLE glimpse_kernels_neon_dotprod
#define KERNEL_TARGET __attribute__((target("dotprod")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include "neon.h"

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        s0 = vdotq_s32(s0, vld1q_s8(query + i), vld1q_s8(row + i));
        s1 = vdotq_s32(s1, vld1q_s8(query + i + 16), vld1q_s8(row + i + 16));
    }
    for (; i + 16 <= n; i += 16) s0 = vdotq_s32(s0, vld1q_s8(query + i), vld1q_s8(row + i));
    return prepared + vaddvq_s32(vaddq_s32(s0, s1)) + int8_tail(query + i, row + i, n - i);
}

#include "kernels.h"
#endif
