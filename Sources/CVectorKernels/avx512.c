#if defined(__x86_64__)
/// AVX-512 as the first processors had it: without instructions for products of bytes and for counting bits.
#define KERNEL_LEVEL GLIMPSE_KERNEL_AVX512
#define KERNEL_TABLE glimpse_kernels_avx512
#define KERNEL_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include "avx512.h"

INLINE int32_t int8_prepare(const int8_t *query, size_t n) {
    (void)query, (void)n;
    return 0;
}

/// In 16 bits: the products of bytes with vpmaddubsw would saturate.
INLINE __m512i int8_step(__m512i sum, __m256i a, __m256i b) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_cvtepi8_epi16(a), _mm512_cvtepi8_epi16(b)));
}

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    enum { BYTES = 32 };
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    size_t i = 0;
    for (; i + 2 * BYTES <= n; i += 2 * BYTES) {
        const __m256i *a = (const __m256i *)(query + i), *b = (const __m256i *)(row + i);
        s0 = int8_step(s0, _mm256_loadu_si256(a), _mm256_loadu_si256(b));
        s1 = int8_step(s1, _mm256_loadu_si256(a + 1), _mm256_loadu_si256(b + 1));
    }
    for (; i < n; i += BYTES) {
        __mmask32 mask = n - i < BYTES ? (1u << (n - i)) - 1 : ~0u;
        s0 = int8_step(s0, _mm256_maskz_loadu_epi8(mask, query + i), _mm256_maskz_loadu_epi8(mask, row + i));
    }
    return prepared + _mm512_reduce_add_epi32(_mm512_add_epi32(s0, s1));
}

/// The bits in each byte of `words`, by a table of what each half byte counts (Muła, Kurz and Lemire, "Faster
/// population counts using AVX2 instructions", 2016). The table may hold multiples of the counts.
INLINE __m512i byte_counts(__m512i words, __m512i table) {
    const __m512i low = _mm512_set1_epi8(15);
    return _mm512_add_epi8(_mm512_shuffle_epi8(table, _mm512_and_si512(words, low)),
                           _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(words, 4), low)));
}

INLINE __m512i count_table(void) {
    return _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
}

/// The sums of each eight bytes.
INLINE __m512i word_sums(__m512i bytes) { return _mm512_sad_epu8(bytes, _mm512_setzero_si512()); }

/// Adds the S of a step to the low halves of `sum` and its P to the high ones. In a byte S is at most 8 · 15.
INLINE __m512i bits_step(__m512i sum, __m512i row, const __m512i planes[4]) {
    const __m512i ones = count_table(), twos = _mm512_add_epi8(ones, ones), fours = _mm512_add_epi8(twos, twos);
    __m512i weighted = byte_counts(_mm512_and_si512(row, planes[0]), ones);
    weighted = _mm512_add_epi8(weighted, byte_counts(_mm512_and_si512(row, planes[1]), twos));
    weighted = _mm512_add_epi8(weighted, byte_counts(_mm512_and_si512(row, planes[2]), fours));
    weighted = _mm512_add_epi8(weighted,
                               byte_counts(_mm512_and_si512(row, planes[3]), _mm512_add_epi8(fours, fours)));
    __m512i all = _mm512_slli_epi64(word_sums(byte_counts(row, ones)), 32);
    return _mm512_add_epi64(sum, _mm512_or_si512(word_sums(weighted), all));
}

INLINE __m512i differing_step(__m512i sum, __m512i a, __m512i b) {
    return _mm512_add_epi64(sum, word_sums(byte_counts(_mm512_xor_si512(a, b), count_table())));
}

#include "avx512_bits.h"
#include "kernels.h"
#endif
