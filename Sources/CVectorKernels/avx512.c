#if defined(__x86_64__)
/// AVX-512: sixteen floats a step, four running sums, the tail by mask.
#define KERNEL_LEVEL GLIMPSE_KERNEL_AVX512
#define KERNEL_TABLE glimpse_kernels_avx512
#define KERNEL_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include <immintrin.h>
#include <stddef.h>

enum { WIDTH = 16 };

INLINE __mmask16 tail_mask(size_t left) { return (__mmask16)((1u << left) - 1); }

INLINE __m512 dot_step(__m512 sum, __m512 a, __m512 b) { return _mm512_fmadd_ps(a, b, sum); }

INLINE __m512 squared_l2_step(__m512 sum, __m512 a, __m512 b) {
    __m512 difference = _mm512_sub_ps(a, b);
    return _mm512_fmadd_ps(difference, difference, sum);
}

#define ROW(NAME, STEP)                                                                                               \
    INLINE float NAME(const float *a, const float *b, size_t n, const char *ahead) {                                  \
        __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            const char *line = ahead + i * sizeof(float);                                                             \
            _mm_prefetch(line, _MM_HINT_T0);                                                                          \
            _mm_prefetch(line + 64, _MM_HINT_T0);                                                                     \
            _mm_prefetch(line + 128, _MM_HINT_T0);                                                                    \
            _mm_prefetch(line + 192, _MM_HINT_T0);                                                                    \
            s0 = STEP(s0, _mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i));                                            \
            s1 = STEP(s1, _mm512_loadu_ps(a + i + WIDTH), _mm512_loadu_ps(b + i + WIDTH));                            \
            s2 = STEP(s2, _mm512_loadu_ps(a + i + 2 * WIDTH), _mm512_loadu_ps(b + i + 2 * WIDTH));                    \
            s3 = STEP(s3, _mm512_loadu_ps(a + i + 3 * WIDTH), _mm512_loadu_ps(b + i + 3 * WIDTH));                    \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) {                                                                          \
            _mm_prefetch(ahead + i * sizeof(float), _MM_HINT_T0);                                                     \
            s0 = STEP(s0, _mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i));                                            \
        }                                                                                                             \
        if (i < n) {                                                                                                  \
            __mmask16 mask = tail_mask(n - i);                                                                        \
            s1 = STEP(s1, _mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i));                    \
        }                                                                                                             \
        return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));                     \
    }

ROW(row_dot, dot_step)
ROW(row_squared_l2, squared_l2_step)

#include "one_to_many.h"
#endif
