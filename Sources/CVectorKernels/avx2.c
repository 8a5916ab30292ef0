#if defined(__x86_64__)
/// AVX2 with FMA: eight floats a step, four running sums, the tail by mask.
#define KERNEL_LEVEL GLIMPSE_KERNEL_AVX2
#define KERNEL_TABLE glimpse_kernels_avx2
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include <immintrin.h>
#include <stddef.h>

enum { WIDTH = 8 };

/// All ones in the first `left` lanes (0 < left < 8), zero in the rest.
INLINE __m256i tail_mask(size_t left) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)left), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE float sum_of(__m256 sum) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps(sum, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

INLINE __m256 dot_step(__m256 sum, __m256 a, __m256 b) { return _mm256_fmadd_ps(a, b, sum); }

INLINE __m256 squared_l2_step(__m256 sum, __m256 a, __m256 b) {
    __m256 difference = _mm256_sub_ps(a, b);
    return _mm256_fmadd_ps(difference, difference, sum);
}

#define ROW(NAME, STEP)                                                                                               \
    INLINE float NAME(const float *a, const float *b, size_t n, const char *ahead) {                                  \
        __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            const char *line = ahead + i * sizeof(float);                                                             \
            _mm_prefetch(line, _MM_HINT_T0);                                                                          \
            _mm_prefetch(line + 64, _MM_HINT_T0);                                                                     \
            s0 = STEP(s0, _mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));                                            \
            s1 = STEP(s1, _mm256_loadu_ps(a + i + WIDTH), _mm256_loadu_ps(b + i + WIDTH));                            \
            s2 = STEP(s2, _mm256_loadu_ps(a + i + 2 * WIDTH), _mm256_loadu_ps(b + i + 2 * WIDTH));                    \
            s3 = STEP(s3, _mm256_loadu_ps(a + i + 3 * WIDTH), _mm256_loadu_ps(b + i + 3 * WIDTH));                    \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) s0 = STEP(s0, _mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));             \
        if (i < n) {                                                                                                  \
            __m256i mask = tail_mask(n - i);                                                                          \
            s1 = STEP(s1, _mm256_maskload_ps(a + i, mask), _mm256_maskload_ps(b + i, mask));                          \
        }                                                                                                             \
        return sum_of(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));                                   \
    }

ROW(row_dot, dot_step)
ROW(row_squared_l2, squared_l2_step)

#include "one_to_many.h"
#endif
