#if defined(__x86_64__)
/// AVX2 with FMA and F16C: eight numbers a step, four running sums, the tail by mask.
#define KERNEL_LEVEL GLIMPSE_KERNEL_AVX2
#define KERNEL_TABLE glimpse_kernels_avx2
#define KERNEL_TARGET __attribute__((target("avx2,fma,f16c")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include "scores.h"

#include <immintrin.h>

enum { WIDTH = 8 };

/// All ones in the first `left` lanes (0 < left < 8), zero in the rest.
INLINE __m256i tail_mask(size_t left) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)left), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// The first `size` bytes (at most 16), then zeros: for numbers that are too small for a mask.
INLINE __m128i tail_bytes(const void *from, size_t size) {
    __m128i bytes = _mm_setzero_si128();
    memcpy(&bytes, from, size);
    return bytes;
}

INLINE __m256 load_f32(const float *row) { return _mm256_loadu_ps(row); }
INLINE __m256 tail_f32(const float *row, size_t left) { return _mm256_maskload_ps(row, tail_mask(left)); }

INLINE __m256 load_f16(const uint16_t *row) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)row)); }
INLINE __m256 tail_f16(const uint16_t *row, size_t left) { return _mm256_cvtph_ps(tail_bytes(row, left * 2)); }

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

#define ROW(NAME, TYPE, KIND, STEP)                                                                                   \
    INLINE float NAME(const float *query, const TYPE *row, size_t n) {                                                \
        __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                                                 \
            s1 = STEP(s1, load_f32(query + i + WIDTH), load_##KIND(row + i + WIDTH));                                 \
            s2 = STEP(s2, load_f32(query + i + 2 * WIDTH), load_##KIND(row + i + 2 * WIDTH));                         \
            s3 = STEP(s3, load_f32(query + i + 3 * WIDTH), load_##KIND(row + i + 3 * WIDTH));                         \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                  \
        if (i < n) s1 = STEP(s1, tail_f32(query + i, n - i), tail_##KIND(row + i, n - i));                            \
        return sum_of(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));                                   \
    }

ROW(f32_dot, float, f32, dot_step)
ROW(f32_squared_l2, float, f32, squared_l2_step)
ROW(f16_dot, uint16_t, f16, dot_step)
ROW(f16_squared_l2, uint16_t, f16, squared_l2_step)

INLINE void to_halves(const float *values, uint16_t *halves, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        _mm_storeu_si128((__m128i *)(halves + i), _mm256_cvtps_ph(load_f32(values + i), _MM_FROUND_TO_NEAREST_INT));
    }
    if (i < n) {
        __m128i last = _mm256_cvtps_ph(tail_f32(values + i, n - i), _MM_FROUND_TO_NEAREST_INT);
        memcpy(halves + i, &last, (n - i) * sizeof(uint16_t));
    }
}

INLINE void to_floats(const uint16_t *halves, float *values, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) _mm256_storeu_ps(values + i, load_f16(halves + i));
    if (i < n) _mm256_maskstore_ps(values + i, tail_mask(n - i), tail_f16(halves + i, n - i));
}

INLINE int32_t int8_prepare(const int8_t *query, size_t n) {
    (void)query, (void)n;
    return 0;
}

/// In 16 bits: the products of bytes with vpmaddubsw would saturate.
INLINE __m256i int8_step(__m256i sum, __m128i a, __m128i b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_cvtepi8_epi16(a), _mm256_cvtepi8_epi16(b)));
}

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    enum { BYTES = 16 };
    __m256i s0 = _mm256_setzero_si256(), s1 = s0;
    size_t i = 0;
    for (; i + 2 * BYTES <= n; i += 2 * BYTES) {
        const __m128i *a = (const __m128i *)(query + i), *b = (const __m128i *)(row + i);
        s0 = int8_step(s0, _mm_loadu_si128(a), _mm_loadu_si128(b));
        s1 = int8_step(s1, _mm_loadu_si128(a + 1), _mm_loadu_si128(b + 1));
    }
    for (; i < n; i += BYTES) {
        size_t left = n - i < BYTES ? n - i : BYTES;
        s0 = int8_step(s0, tail_bytes(query + i, left), tail_bytes(row + i, left));
    }
    s0 = _mm256_add_epi32(s0, s1);
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(s0), _mm256_extracti128_si256(s0, 1));
    half = _mm_add_epi32(half, _mm_unpackhi_epi64(half, half));
    return prepared + _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 1)));
}

/// The bits in each byte of `words`, by a table of what each half byte counts (Muła, Kurz and Lemire, "Faster
/// population counts using AVX2 instructions", 2016). The table may hold multiples of the counts.
INLINE __m256i byte_counts(__m256i words, __m256i table) {
    const __m256i low = _mm256_set1_epi8(15);
    return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(words, low)),
                           _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(words, 4), low)));
}

INLINE __m256i count_table(void) {
    return _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
}

/// The sums of each eight bytes.
INLINE __m256i word_sums(__m256i bytes) { return _mm256_sad_epu8(bytes, _mm256_setzero_si256()); }

INLINE uint64_t words_sum(__m256i words) {
    __m128i half = _mm_add_epi64(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(half, _mm_unpackhi_epi64(half, half)));
}

/// Four words, or the first `left` of them and zeros.
INLINE __m256i words_at(const uint64_t *words, size_t left) {
    if (left >= 4) return _mm256_loadu_si256((const __m256i *)words);
    __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)left), _mm256_setr_epi64x(0, 1, 2, 3));
    return _mm256_maskload_epi64((const long long *)words, mask);
}

/// Adds the S of a step to the low halves of `sum` and its P to the high ones. In a byte S is at most 8 · 15.
INLINE __m256i bits_step(__m256i sum, const uint64_t *planes, const uint64_t *at, size_t n, size_t left) {
    const __m256i ones = count_table(), twos = _mm256_add_epi8(ones, ones), fours = _mm256_add_epi8(twos, twos);
    const __m256i tables[4] = {ones, twos, fours, _mm256_add_epi8(fours, fours)}, row = words_at(at, left);
    __m256i weighted = _mm256_setzero_si256();
    for (size_t j = 0; j < 4; j++) {
        __m256i both = _mm256_and_si256(row, words_at(planes + j * n, left));
        weighted = _mm256_add_epi8(weighted, byte_counts(both, tables[j]));
    }
    __m256i all = _mm256_slli_epi64(word_sums(byte_counts(row, ones)), 32);
    return _mm256_add_epi64(sum, _mm256_or_si256(word_sums(weighted), all));
}

INLINE bit_sums bits_row(const uint64_t *planes, const uint64_t *row, size_t n) {
    __m256i sum = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 4 <= n; i += 4) sum = bits_step(sum, planes + i, row + i, n, 4);
    if (i < n) sum = bits_step(sum, planes + i, row + i, n, n - i);
    uint64_t both = words_sum(sum);
    return (bit_sums){(float)(int32_t)both, (float)(int32_t)(both >> 32)};
}

INLINE __m256i differing_step(__m256i sum, const uint64_t *a, const uint64_t *b, size_t left) {
    __m256i words = _mm256_xor_si256(words_at(a, left), words_at(b, left));
    return _mm256_add_epi64(sum, word_sums(byte_counts(words, count_table())));
}

INLINE uint64_t differing_bits(const uint64_t *a, const uint64_t *b, size_t n) {
    __m256i sum = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 4 <= n; i += 4) sum = differing_step(sum, a + i, b + i, 4);
    if (i < n) sum = differing_step(sum, a + i, b + i, n - i);
    return words_sum(sum);
}

#include "kernels.h"
#endif
