/// The bits of the two AVX-512 levels, from a bits_step and a differing_step of their own: eight words a step, the
/// tail by mask.

/// Of `count` rows (a constant where this is inlined) eight parts each: of S in the low halves of the words, of P in
/// the high ones. The rows share what is read of the planes.
INLINE void bits_parts(const uint64_t *planes, const char *rows, size_t stride, size_t n, __m512i *sums, int count) {
    for (int k = 0; k < count; k++) sums[k] = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const uint64_t *at = planes + i;
        const __m512i loaded[4] = {load_words(at), load_words(at + n), load_words(at + 2 * n), load_words(at + 3 * n)};
        for (int k = 0; k < count; k++) {
            const uint64_t *row = (const uint64_t *)(rows + (size_t)k * stride);
            sums[k] = bits_step(sums[k], load_words(row + i), loaded);
        }
    }
    if (i < n) {
        const uint64_t *at = planes + i;
        const size_t left = n - i;
        const __m512i loaded[4] = {tail_words(at, left), tail_words(at + n, left), tail_words(at + 2 * n, left),
                                   tail_words(at + 3 * n, left)};
        for (int k = 0; k < count; k++) {
            const uint64_t *row = (const uint64_t *)(rows + (size_t)k * stride);
            sums[k] = bits_step(sums[k], tail_words(row + i, left), loaded);
        }
    }
}

INLINE bit_sums bits_row(const uint64_t *planes, const void *row, size_t n) {
    __m512i parts;
    bits_parts(planes, row, 0, n, &parts, 1);
    uint64_t both = (uint64_t)_mm512_reduce_add_epi64(parts);
    return (bit_sums){(float)(int32_t)both, (float)(int32_t)(both >> 32)};
}

INLINE __m256i halves_sum(__m512i words) {
    return _mm256_add_epi64(_mm512_castsi512_si256(words), _mm512_extracti64x4_epi64(words, 1));
}

INLINE __m128 two_terms(const char *row, size_t stride) {
    __m128 first = _mm_castpd_ps(_mm_load_sd((const double *)row));
    return _mm_loadh_pi(first, (const __m64 *)(row + stride));
}

/// The scores of four rows that lie one after another: less than four times the work of one.
INLINE void bits_four(const glimpse_query *query, const char *rows, size_t stride, float *scores) {
    __m512i parts[4];
    bits_parts(query->values, rows, stride, query->count, parts, 4);
    __m512i first = _mm512_add_epi64(_mm512_unpacklo_epi64(parts[0], parts[1]),
                                     _mm512_unpackhi_epi64(parts[0], parts[1]));
    __m512i second = _mm512_add_epi64(_mm512_unpacklo_epi64(parts[2], parts[3]),
                                      _mm512_unpackhi_epi64(parts[2], parts[3]));
    __m256i left = halves_sum(first), right = halves_sum(second);
    // S and P of the four rows by turns.
    __m256 sums = _mm256_cvtepi32_ps(_mm256_add_epi64(_mm256_permute2x128_si256(left, right, 0x20),
                                                      _mm256_permute2x128_si256(left, right, 0x31)));
    __m128 low = _mm256_castps256_ps128(sums), high = _mm256_extractf128_ps(sums, 1);

    const char *terms = rows + query->count * sizeof(uint64_t);
    __m128 early = two_terms(terms, stride), late = two_terms(terms + 2 * stride, stride);
    _mm_storeu_ps(scores, bits_scores(query, _mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xdd),
                                      _mm_shuffle_ps(early, late, 0x88), _mm_shuffle_ps(early, late, 0xdd)));
}
#define HAS_BITS_FOUR

INLINE uint64_t differing_bits(const uint64_t *a, const uint64_t *b, size_t n) {
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= n; i += 8) sum = differing_step(sum, load_words(a + i), load_words(b + i));
    if (i < n) sum = differing_step(sum, tail_words(a + i, n - i), tail_words(b + i, n - i));
    return (uint64_t)_mm512_reduce_add_epi64(sum);
}
