/// What a row's score is, once its sums are known, and where its terms lie: the same at every level. Private to
/// CVectorKernels.
#ifndef GLIMPSE_KERNEL_SCORES_H
#define GLIMPSE_KERNEL_SCORES_H

#include "CVectorKernels.h"

#include <string.h>

// The sums of the integer formats are exact. A product fused with a sum would round once instead of twice, and only
// on the levels that can: without that, scores are bit for bit the same on all of them.
#pragma STDC FP_CONTRACT OFF

#define SCORE_INLINE static inline __attribute__((always_inline))

/// Bytes of a row of `n` floats, halves, codes or words. In INT8_SCALED the terms start at a multiple of four.
SCORE_INLINE size_t f32_bytes(size_t n) { return n * sizeof(float); }
SCORE_INLINE size_t f16_bytes(size_t n) { return n * sizeof(uint16_t); }
SCORE_INLINE size_t int8_bytes(size_t n) { return n; }
SCORE_INLINE size_t int8_terms_at(size_t n) { return (n + 3) & ~(size_t)3; }
SCORE_INLINE size_t int8_scaled_bytes(size_t n) { return int8_terms_at(n) + sizeof(glimpse_row_terms); }
SCORE_INLINE size_t bits_bytes(size_t n) { return n * sizeof(uint64_t) + sizeof(glimpse_row_terms); }

/// May lie at any address.
SCORE_INLINE glimpse_row_terms terms_at(const void *row, size_t offset) {
    glimpse_row_terms terms;
    memcpy(&terms, (const char *)row + offset, sizeof terms);
    return terms;
}

/// S and P of a row of bits (see glimpse_query), counted exactly up to 2,000,000 words, then rounded to floats.
typedef struct bit_sums {
    float weighted;
    float ones;
} bit_sums;

SCORE_INLINE float int8_score(const glimpse_query *query, int32_t dot) {
    return query->scale * (float)dot + query->bias;
}

SCORE_INLINE float int8_scaled_score(const glimpse_query *query, int32_t dot, glimpse_row_terms terms) {
    return query->scale * terms.factor * (float)dot + query->bias + terms.bias;
}

/// For floats and for vectors of them.
#define BITS_SCORE(query, weighted, ones, factor, row_bias)                                                           \
    ((factor) * ((query)->scale * (weighted) + (query)->per_bit * (ones) + (query)->constant) + (query)->bias         \
     + (row_bias))

SCORE_INLINE float bits_score(const glimpse_query *query, bit_sums sums, glimpse_row_terms terms) {
    return BITS_SCORE(query, sums.weighted, sums.ones, terms.factor, terms.bias);
}

typedef float four_floats __attribute__((vector_size(16)));

/// Of four rows.
SCORE_INLINE four_floats bits_scores(const glimpse_query *query, four_floats weighted, four_floats ones,
                                     four_floats factors, four_floats biases) {
    return BITS_SCORE(query, weighted, ones, factors, biases);
}

#pragma STDC FP_CONTRACT DEFAULT
#endif
