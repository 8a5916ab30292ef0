#if defined(__x86_64__)
/// AVX-512 with instructions for products of bytes (VNNI) and for counting bits (VPOPCNTDQ): Ice Lake, Zen 4 and later.
#define KERNEL_LEVEL GLIMPSE_KERNEL_AVX512_VNNI
#define KERNEL_TABLE glimpse_kernels_avx512_vnni
#define KERNEL_TARGET                                                                                                 \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vpopcntdq,fma,f16c")))
#define INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#include "avx512.h"

enum { BYTES = 64 };

INLINE __mmask64 byte_mask(size_t left) { return ((__mmask64)1 << left) - 1; }
INLINE __m512i load_bytes(const int8_t *bytes) { return _mm512_loadu_si512(bytes); }
INLINE __m512i tail_bytes(const int8_t *bytes, size_t left) { return _mm512_maskz_loadu_epi8(byte_mask(left), bytes); }

/// vpdpbusd multiplies unsigned bytes with signed ones. Of row and query the row is the unsigned one, with 128 added
/// to its codes, because what that adds to the dot product is then 128 times the sum of the query: the same for every
/// row. Sums may wrap around on the way: the result does not.
INLINE __m512i int8_step(__m512i sum, __m512i query, __m512i row) {
    return _mm512_dpbusd_epi32(sum, _mm512_xor_si512(row, _mm512_set1_epi8(-128)), query);
}

/// What the 128 in each code of a row adds, negated.
INLINE int32_t int8_prepare(const int8_t *query, size_t n) {
    const __m512i all = _mm512_set1_epi8(-128); // as an unsigned byte 128
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + BYTES <= n; i += BYTES) sum = _mm512_dpbusd_epi32(sum, all, load_bytes(query + i));
    if (i < n) sum = _mm512_dpbusd_epi32(sum, all, tail_bytes(query + i, n - i));
    return -_mm512_reduce_add_epi32(sum);
}

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    __m512i s0 = _mm512_zextsi128_si512(_mm_cvtsi32_si128(prepared)), s1 = _mm512_setzero_si512(), s2 = s1, s3 = s1;
    size_t i = 0;
    for (; i + 4 * BYTES <= n; i += 4 * BYTES) {
        s0 = int8_step(s0, load_bytes(query + i), load_bytes(row + i));
        s1 = int8_step(s1, load_bytes(query + i + BYTES), load_bytes(row + i + BYTES));
        s2 = int8_step(s2, load_bytes(query + i + 2 * BYTES), load_bytes(row + i + 2 * BYTES));
        s3 = int8_step(s3, load_bytes(query + i + 3 * BYTES), load_bytes(row + i + 3 * BYTES));
    }
    for (; i + BYTES <= n; i += BYTES) s0 = int8_step(s0, load_bytes(query + i), load_bytes(row + i));
    if (i < n) s1 = int8_step(s1, tail_bytes(query + i, n - i), tail_bytes(row + i, n - i));
    return _mm512_reduce_add_epi32(_mm512_add_epi32(_mm512_add_epi32(s0, s1), _mm512_add_epi32(s2, s3)));
}

/// Adds the S of a step to the low halves of `sum` and its P to the high ones.
INLINE __m512i bits_step(__m512i sum, __m512i row, const __m512i planes[4]) {
    __m512i weighted = _mm512_popcnt_epi64(_mm512_and_si512(row, planes[3]));
    for (int j = 2; j >= 0; j--) {
        __m512i ones = _mm512_popcnt_epi64(_mm512_and_si512(row, planes[j]));
        weighted = _mm512_add_epi64(_mm512_add_epi64(weighted, weighted), ones);
    }
    __m512i all = _mm512_slli_epi64(_mm512_popcnt_epi64(row), 32);
    return _mm512_add_epi64(sum, _mm512_or_si512(weighted, all));
}

INLINE __m512i differing_step(__m512i sum, __m512i a, __m512i b) {
    return _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(a, b)));
}

#include "avx512_bits.h"
#include "kernels.h"
#endif
