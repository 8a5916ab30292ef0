/// What the two AVX-512 levels have in common: the floats and halves. Sixteen numbers a step, four running sums, the
/// tail by mask. Each level includes it with its own KERNEL_TARGET.
#include "scores.h"

#include <immintrin.h>

enum { WIDTH = 16 };

INLINE __mmask16 tail_mask(size_t left) { return (__mmask16)((1u << left) - 1); }

INLINE __m512 load_f32(const float *row) { return _mm512_loadu_ps(row); }
INLINE __m512 tail_f32(const float *row, size_t left) { return _mm512_maskz_loadu_ps(tail_mask(left), row); }

INLINE __m512 load_f16(const uint16_t *row) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)row)); }
INLINE __m512 tail_f16(const uint16_t *row, size_t left) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(tail_mask(left), row));
}

INLINE __m512 dot_step(__m512 sum, __m512 a, __m512 b) { return _mm512_fmadd_ps(a, b, sum); }

INLINE __m512 squared_l2_step(__m512 sum, __m512 a, __m512 b) {
    __m512 difference = _mm512_sub_ps(a, b);
    return _mm512_fmadd_ps(difference, difference, sum);
}

#define ROW(NAME, TYPE, KIND, STEP)                                                                                   \
    INLINE float NAME(const float *query, const TYPE *row, size_t n) {                                                \
        __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                                                 \
            s1 = STEP(s1, load_f32(query + i + WIDTH), load_##KIND(row + i + WIDTH));                                 \
            s2 = STEP(s2, load_f32(query + i + 2 * WIDTH), load_##KIND(row + i + 2 * WIDTH));                         \
            s3 = STEP(s3, load_f32(query + i + 3 * WIDTH), load_##KIND(row + i + 3 * WIDTH));                         \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                  \
        if (i < n) s1 = STEP(s1, tail_f32(query + i, n - i), tail_##KIND(row + i, n - i));                            \
        return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));                     \
    }

ROW(f32_dot, float, f32, dot_step)
ROW(f32_squared_l2, float, f32, squared_l2_step)
ROW(f16_dot, uint16_t, f16, dot_step)
ROW(f16_squared_l2, uint16_t, f16, squared_l2_step)

INLINE void to_halves(const float *values, uint16_t *halves, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        _mm256_storeu_si256((__m256i *)(halves + i), _mm512_cvtps_ph(load_f32(values + i), _MM_FROUND_TO_NEAREST_INT));
    }
    if (i < n) {
        __m256i last = _mm512_cvtps_ph(tail_f32(values + i, n - i), _MM_FROUND_TO_NEAREST_INT);
        _mm256_mask_storeu_epi16(halves + i, tail_mask(n - i), last);
    }
}

INLINE void to_floats(const uint16_t *halves, float *values, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) _mm512_storeu_ps(values + i, load_f16(halves + i));
    if (i < n) _mm512_mask_storeu_ps(values + i, tail_mask(n - i), tail_f16(halves + i, n - i));
}

/// All or the first `left` (< 8) words.
INLINE __m512i load_words(const uint64_t *words) { return _mm512_loadu_si512(words); }
INLINE __m512i tail_words(const uint64_t *words, size_t left) {
    return _mm512_maskz_loadu_epi64((__mmask8)((1u << left) - 1), words);
}
