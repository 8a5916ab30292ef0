/// The arithmetic of the vector index: how close two vectors are, one to one and one to many, for each way in which
/// the index stores them, and the checksum of index files. Each function exists at several levels;
/// `glimpse_kernels_best` chooses the fastest one that this processor runs, and tests compare every level with the
/// scalar one.
#ifndef GLIMPSE_CVECTORKERNELS_H
#define GLIMPSE_CVECTORKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codes.h"
#include "graph_memory.h"

/// Instruction sets that kernels are written for, slowest first.
typedef enum glimpse_kernel_level {
    GLIMPSE_KERNEL_SCALAR = 0,
    GLIMPSE_KERNEL_NEON = 1,
    GLIMPSE_KERNEL_AVX2 = 2,        // with FMA and F16C
    GLIMPSE_KERNEL_AVX512 = 3,      // F, BW, DQ, VL
    GLIMPSE_KERNEL_AVX512_VNNI = 4, // and VNNI, VPOPCNTDQ
} glimpse_kernel_level;

/// The number that two vectors of `n` floats come to. No alignment is needed; NaN and infinity propagate.
typedef float (*glimpse_pair_kernel)(const float *a, const float *b, size_t n);

/// How the rows are stored that a query is compared with, and what their score is. Larger scores are closer.
typedef enum glimpse_row_format {
    GLIMPSE_F32_DOT = 0,     // float32; score: the dot product
    GLIMPSE_F32_L2 = 1,      // float32; score: the negative squared distance
    GLIMPSE_F16_DOT = 2,     // IEEE binary16, the query float32; sums in float32
    GLIMPSE_F16_L2 = 3,
    GLIMPSE_INT8 = 4,        // signed bytes −127…127; score: scale · dot + bias
    GLIMPSE_INT8_SCALED = 5, // the same, then a glimpse_row_terms; score: scale · factor · dot + bias + row bias
    GLIMPSE_BITS = 6,        // words of 64 bits, then a glimpse_row_terms; see glimpse_query
} glimpse_row_format;
enum { GLIMPSE_ROW_FORMATS = 7 };

/// What follows the codes of a row in the formats INT8_SCALED (at the next multiple of 4 bytes) and BITS.
typedef struct glimpse_row_terms {
    float factor;
    float bias;
} glimpse_row_terms;

/// A query, prepared for rows of one format.
///
/// BITS: the numbers of the query are written as `low + step · u` with whole u in 0…15; `values` holds four planes of
/// `count` words: bit i of plane j is bit j of number i's u. With S = Σ_j 2^j · popcount(row & plane j) and
/// P = popcount(row), a row's score is `factor · (scale · S + per_bit · P + constant) + bias + row bias`.
/// (Gao and Long, "RaBitQ", SIGMOD 2024, equation 20 in the terms of this index.)
typedef struct glimpse_query {
    const void *values; // float32 numbers, signed bytes or bit planes
    size_t count;       // float32 numbers, bytes, or words in a plane
    float scale;
    float bias;
    float per_bit;
    float constant;
} glimpse_query;

/// Scores `count` rows that lie anywhere: row i at `rows[i]`, its score to `scores[i]`. Rows ahead are prefetched.
/// The score of a row does not depend on its neighbours, nor on which of the two kernels computed it. No alignment
/// is needed. No byte beyond a row is read.
typedef void (*glimpse_score_kernel)(const glimpse_query *query, const void *const *rows, size_t count, float *scores);

/// The same for rows that lie one after another, each `stride` bytes after the one before.
typedef void (*glimpse_score_run_kernel)(const glimpse_query *query, const void *rows, size_t stride, size_t count,
                                         float *scores);

/// All kernels of one level.
typedef struct glimpse_kernels {
    glimpse_kernel_level level;
    glimpse_pair_kernel dot;
    glimpse_pair_kernel squared_l2;
    /// The dot product of `n` signed bytes, each −127…127: exact while n ≤ 131,072.
    int32_t (*int8_dot)(const int8_t *a, const int8_t *b, size_t n);
    /// How many bits differ in `n` words.
    uint64_t (*hamming)(const uint64_t *a, const uint64_t *b, size_t n);
    /// Rounds to nearest, ties to even, as IEEE 754 says; NaN stays NaN, what is too large becomes infinite.
    void (*f32_to_f16)(const float *values, uint16_t *halves, size_t n);
    void (*f16_to_f32)(const uint16_t *halves, float *values, size_t n);
    /// By `glimpse_row_format`.
    glimpse_score_kernel score[GLIMPSE_ROW_FORMATS];
    glimpse_score_run_kernel score_run[GLIMPSE_ROW_FORMATS];
} glimpse_kernels;

/// The kernels of a level for one format: arrays of functions are awkward outside C.
static inline glimpse_score_kernel glimpse_scorer(const glimpse_kernels *kernels, glimpse_row_format format) {
    return kernels->score[format];
}

static inline glimpse_score_run_kernel glimpse_run_scorer(const glimpse_kernels *kernels, glimpse_row_format format) {
    return kernels->score_run[format];
}

/// The kernels of `level`, or NULL where this build or this processor does not have them. Thread-safe.
const glimpse_kernels *glimpse_kernels_at(glimpse_kernel_level level);

/// The fastest kernels that this processor runs. Never NULL. Thread-safe.
const glimpse_kernels *glimpse_kernels_best(void);

/// Whether all `n` floats are neither NaN nor infinite.
bool glimpse_all_finite(const float *values, size_t n);

/// CRC-32C (Castagnoli, as in RFC 3720) of `size` bytes, continuing from `crc` (0 at the start), with the
/// processor's instruction where it has one. Thread-safe.
uint32_t glimpse_crc32c(uint32_t crc, const void *bytes, size_t size);

/// The same by table, whatever the processor has: the reference in tests.
uint32_t glimpse_crc32c_portable(uint32_t crc, const void *bytes, size_t size);

#endif
