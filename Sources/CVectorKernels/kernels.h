/// Makes the functions and the table of one level. The including file defines
///   KERNEL_LEVEL     the enum value          KERNEL_TABLE   the name of the table
///   KERNEL_TARGET    the target attribute, or nothing       INLINE   the same and always inlined
/// and, all INLINE, with rows that may lie at any address and of which nothing beyond their end is read:
///   float f32_dot, f32_squared_l2, f16_dot, f16_squared_l2 (query, row, n)
///   int32_t int8_prepare(query, n)           what int8_row wants to know about the query, once a call
///   int32_t int8_row(query, row, n, prepared)
///   bit_sums bits_row(planes, row, n)
///   bits_four (query, rows, stride, scores), with HAS_BITS_FOUR, where four rows at once are faster
///   uint64_t differing_bits(a, b, n)
///   void to_halves(values, halves, n), to_floats(halves, values, n)
/// All kernels share these inner functions: a row's result is the same by every way.
#include "levels.h"
#include "scores.h"

INLINE void fetch_row(const void *row, size_t bytes) {
    const char *end = (const char *)row + bytes;
    for (const char *line = (const char *)((uintptr_t)row & ~(uintptr_t)63); line < end; line += 64) {
        __builtin_prefetch(line);
    }
}

/// How many rows ahead of the one that is computed are fetched. Measured with rows at random places of 600 MB: two
/// kilobytes are best, and of small rows eight.
INLINE size_t rows_ahead(size_t bytes) {
    const size_t most = 8, rows = bytes > 0 ? 2048 / bytes : most;
    return rows < 1 ? 1 : rows < most ? rows : most;
}

INLINE float f32_dot_score(const glimpse_query *query, const void *row, int32_t prepared) {
    (void)prepared;
    return f32_dot(query->values, row, query->count);
}

/// Subtracted, not negated: a row is at distance 0 from itself, not at −0.
INLINE float f32_l2_score(const glimpse_query *query, const void *row, int32_t prepared) {
    (void)prepared;
    return 0 - f32_squared_l2(query->values, row, query->count);
}

INLINE float f16_dot_score(const glimpse_query *query, const void *row, int32_t prepared) {
    (void)prepared;
    return f16_dot(query->values, row, query->count);
}

INLINE float f16_l2_score(const glimpse_query *query, const void *row, int32_t prepared) {
    (void)prepared;
    return 0 - f16_squared_l2(query->values, row, query->count);
}

INLINE float int8_plain_score(const glimpse_query *query, const void *row, int32_t prepared) {
    return int8_score(query, int8_row(query->values, row, query->count, prepared));
}

INLINE float int8_terms_score(const glimpse_query *query, const void *row, int32_t prepared) {
    int32_t dot = int8_row(query->values, row, query->count, prepared);
    return int8_scaled_score(query, dot, terms_at(row, int8_terms_at(query->count)));
}

INLINE float bits_terms_score(const glimpse_query *query, const void *row, int32_t prepared) {
    (void)prepared;
    bit_sums sums = bits_row(query->values, row, query->count);
    return bits_score(query, sums, terms_at(row, query->count * sizeof(uint64_t)));
}

INLINE int32_t nothing_to_prepare(const void *values, size_t n) {
    (void)values, (void)n;
    return 0;
}

// The query is copied: for all the compiler knows, a score might be written over it.
//
// Rows that lie one after another are not fetched ahead by us: the processor foresees them better. With software
// prefetch at any distance from 512 to 16,384 bytes the scan was 7 to 25 % slower (Benchmarks/vectors/README.md).
#define SCORE(NAME, BYTES, PREPARE, ROW)                                                                              \
    KERNEL_TARGET static void NAME(const glimpse_query *original, const void *const *rows, size_t count,              \
                                   float *scores) {                                                                   \
        const glimpse_query query = *original;                                                                        \
        const size_t bytes = BYTES(query.count), ahead = rows_ahead(bytes);                                           \
        for (size_t i = 0; i < ahead && i < count; i++) fetch_row(rows[i], bytes);                                    \
        const int32_t prepared = PREPARE(query.values, query.count);                                                  \
        for (size_t i = 0; i < count; i++) {                                                                          \
            if (i + ahead < count) fetch_row(rows[i + ahead], bytes);                                                 \
            scores[i] = ROW(&query, rows[i], prepared);                                                               \
        }                                                                                                             \
    }                                                                                                                 \
    KERNEL_TARGET static void NAME##_run(const glimpse_query *original, const void *rows, size_t stride,              \
                                         size_t count, float *scores) {                                               \
        const glimpse_query query = *original;                                                                        \
        const int32_t prepared = PREPARE(query.values, query.count);                                                  \
        const char *row = rows;                                                                                       \
        for (size_t i = 0; i < count; i++, row += stride) scores[i] = ROW(&query, row, prepared);                     \
    }

SCORE(score_f32_dot, f32_bytes, nothing_to_prepare, f32_dot_score)
SCORE(score_f32_l2, f32_bytes, nothing_to_prepare, f32_l2_score)
SCORE(score_f16_dot, f16_bytes, nothing_to_prepare, f16_dot_score)
SCORE(score_f16_l2, f16_bytes, nothing_to_prepare, f16_l2_score)
SCORE(score_int8, int8_bytes, int8_prepare, int8_plain_score)
SCORE(score_int8_scaled, int8_scaled_bytes, int8_prepare, int8_terms_score)
SCORE(score_bits, bits_bytes, nothing_to_prepare, bits_terms_score)

#ifdef HAS_BITS_FOUR
/// Sums are whole numbers: four rows at once come to what each comes to alone.
KERNEL_TARGET static void score_bits_fours(const glimpse_query *original, const void *rows, size_t stride,
                                           size_t count, float *scores) {
    const glimpse_query query = *original;
    const char *row = rows;
    size_t i = 0;
    for (; i + 4 <= count; i += 4, row += 4 * stride) bits_four(&query, row, stride, scores + i);
    score_bits_run(&query, row, stride, count - i, scores + i);
}
#else
#define score_bits_fours score_bits_run
#endif

KERNEL_TARGET static float dot(const float *a, const float *b, size_t n) { return f32_dot(a, b, n); }
KERNEL_TARGET static float squared_l2(const float *a, const float *b, size_t n) { return f32_squared_l2(a, b, n); }
KERNEL_TARGET static int32_t int8_dot(const int8_t *a, const int8_t *b, size_t n) {
    return int8_row(a, b, n, int8_prepare(a, n));
}
KERNEL_TARGET static uint64_t hamming(const uint64_t *a, const uint64_t *b, size_t n) {
    return differing_bits(a, b, n);
}
KERNEL_TARGET static void f32_to_f16(const float *values, uint16_t *halves, size_t n) { to_halves(values, halves, n); }
KERNEL_TARGET static void f16_to_f32(const uint16_t *halves, float *values, size_t n) { to_floats(halves, values, n); }

const glimpse_kernels KERNEL_TABLE = {
    .level = KERNEL_LEVEL,
    .dot = dot,
    .squared_l2 = squared_l2,
    .int8_dot = int8_dot,
    .hamming = hamming,
    .f32_to_f16 = f32_to_f16,
    .f16_to_f32 = f16_to_f32,
    .score = {score_f32_dot, score_f32_l2, score_f16_dot, score_f16_l2, score_int8, score_int8_scaled, score_bits},
    .score_run = {score_f32_dot_run, score_f32_l2_run, score_f16_dot_run, score_f16_l2_run, score_int8_run,
                  score_int8_scaled_run, score_bits_fours},
};
