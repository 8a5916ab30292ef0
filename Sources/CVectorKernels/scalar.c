/// Plain C: the reference that every other level is compared with, and the way out on other processors.
/// Eight running sums of floats, as they let the compiler use what the baseline instruction set has.
#define KERNEL_LEVEL GLIMPSE_KERNEL_SCALAR
#define KERNEL_TABLE glimpse_kernels_scalar
#define KERNEL_TARGET
#define INLINE static inline __attribute__((always_inline))

#include "halves.h"
#include "scores.h"

enum { LANES = 8 };

INLINE float sum_of(const float sums[LANES]) {
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

INLINE float f32_at(const void *row, size_t i) {
    float value;
    memcpy(&value, (const char *)row + i * sizeof value, sizeof value);
    return value;
}

INLINE float f16_at(const void *row, size_t i) {
    uint16_t half;
    memcpy(&half, (const char *)row + i * sizeof half, sizeof half);
    return float_of_half(half);
}

INLINE uint64_t word_at(const void *row, size_t i) {
    uint64_t word;
    memcpy(&word, (const char *)row + i * sizeof word, sizeof word);
    return word;
}

INLINE float dot_term(float a, float b) { return a * b; }
INLINE float squared_l2_term(float a, float b) { return (a - b) * (a - b); }

#define ROW(NAME, AT, TERM)                                                                                           \
    INLINE float NAME(const void *query, const void *row, size_t n) {                                                 \
        float sums[LANES] = {0};                                                                                      \
        size_t i = 0;                                                                                                 \
        for (; i + LANES <= n; i += LANES) {                                                                          \
            for (size_t lane = 0; lane < LANES; lane++) {                                                             \
                sums[lane] += TERM(f32_at(query, i + lane), AT(row, i + lane));                                       \
            }                                                                                                         \
        }                                                                                                             \
        for (; i < n; i++) sums[i % LANES] += TERM(f32_at(query, i), AT(row, i));                                     \
        return sum_of(sums);                                                                                          \
    }

ROW(f32_dot, f32_at, dot_term)
ROW(f32_squared_l2, f32_at, squared_l2_term)
ROW(f16_dot, f16_at, dot_term)
ROW(f16_squared_l2, f16_at, squared_l2_term)

INLINE int32_t int8_prepare(const int8_t *query, size_t n) {
    (void)query, (void)n;
    return 0;
}

INLINE int32_t int8_row(const int8_t *query, const int8_t *row, size_t n, int32_t prepared) {
    int32_t sum = prepared;
    for (size_t i = 0; i < n; i++) sum += query[i] * row[i];
    return sum;
}

INLINE bit_sums bits_row(const void *planes, const void *row, size_t n) {
    int32_t weighted = 0, ones = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t word = word_at(row, i);
        ones += __builtin_popcountll(word);
        for (size_t j = 0; j < 4; j++) {
            weighted += __builtin_popcountll(word & word_at(planes, j * n + i)) << j;
        }
    }
    return (bit_sums){(float)weighted, (float)ones};
}

INLINE uint64_t differing_bits(const uint64_t *a, const uint64_t *b, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += (uint64_t)__builtin_popcountll(word_at(a, i) ^ word_at(b, i));
    return sum;
}

INLINE void to_halves(const float *values, uint16_t *halves, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint16_t half = half_of_float(f32_at(values, i));
        memcpy((char *)halves + i * sizeof half, &half, sizeof half);
    }
}

INLINE void to_floats(const uint16_t *halves, float *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        float value = f16_at(halves, i);
        memcpy((char *)values + i * sizeof value, &value, sizeof value);
    }
}

#include "kernels.h"
