/// What the two NEON levels have in common: all but the products of bytes. Four numbers a step, four running sums, the
/// tail one by one. Each includes it with its own KERNEL_TARGET.
#include "halves.h"
#include "scores.h"

#include <arm_neon.h>

enum { WIDTH = 4 };

INLINE float32x4_t load_f32(const float *row) { return vld1q_f32(row); }
INLINE float one_f32(const float *row) { return *row; }

INLINE float32x4_t load_f16(const uint16_t *row) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(row))); }
INLINE float one_f16(const uint16_t *row) { return float_of_half(*row); }

INLINE float32x4_t dot_step(float32x4_t sum, float32x4_t a, float32x4_t b) { return vfmaq_f32(sum, a, b); }

INLINE float32x4_t squared_l2_step(float32x4_t sum, float32x4_t a, float32x4_t b) {
    float32x4_t difference = vsubq_f32(a, b);
    return vfmaq_f32(sum, difference, difference);
}

INLINE float dot_tail(float a, float b) { return a * b; }
INLINE float squared_l2_tail(float a, float b) { return (a - b) * (a - b); }

#define ROW(NAME, TYPE, KIND, STEP, TAIL)                                                                             \
    INLINE float NAME(const float *query, const TYPE *row, size_t n) {                                                \
        float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;                                                   \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * WIDTH <= n; i += 4 * WIDTH) {                                                                  \
            s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                                                 \
            s1 = STEP(s1, load_f32(query + i + WIDTH), load_##KIND(row + i + WIDTH));                                 \
            s2 = STEP(s2, load_f32(query + i + 2 * WIDTH), load_##KIND(row + i + 2 * WIDTH));                         \
            s3 = STEP(s3, load_f32(query + i + 3 * WIDTH), load_##KIND(row + i + 3 * WIDTH));                         \
        }                                                                                                             \
        for (; i + WIDTH <= n; i += WIDTH) s0 = STEP(s0, load_f32(query + i), load_##KIND(row + i));                  \
        float tail = 0;                                                                                               \
        for (; i < n; i++) tail += TAIL(query[i], one_##KIND(row + i));                                               \
        return vaddvq_f32(vaddq_f32(vaddq_f32(s0, s1), vaddq_f32(s2, s3))) + tail;                                    \
    }

ROW(f32_dot, float, f32, dot_step, dot_tail)
ROW(f32_squared_l2, float, f32, squared_l2_step, squared_l2_tail)
ROW(f16_dot, uint16_t, f16, dot_step, dot_tail)
ROW(f16_squared_l2, uint16_t, f16, squared_l2_step, squared_l2_tail)

INLINE void to_halves(const float *values, uint16_t *halves, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) vst1_u16(halves + i, vreinterpret_u16_f16(vcvt_f16_f32(load_f32(values + i))));
    for (; i < n; i++) halves[i] = half_of_float(values[i]);
}

INLINE void to_floats(const uint16_t *halves, float *values, size_t n) {
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) vst1q_f32(values + i, load_f16(halves + i));
    for (; i < n; i++) values[i] = one_f16(halves + i);
}

INLINE int32_t int8_prepare(const int8_t *query, size_t n) {
    (void)query, (void)n;
    return 0;
}

INLINE int32_t int8_tail(const int8_t *query, const int8_t *row, size_t n) {
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += query[i] * row[i];
    return sum;
}

/// How many bits are set in each byte of two words.
INLINE uint8x16_t byte_counts(uint64x2_t words) { return vcntq_u8(vreinterpretq_u8_u64(words)); }

/// `sum` and the sums of each eight bytes.
INLINE uint64x2_t add_bytes(uint64x2_t sum, uint8x16_t bytes) {
    return vpadalq_u32(sum, vpaddlq_u16(vpaddlq_u8(bytes)));
}

/// In a byte S is at most 8 · 15.
INLINE bit_sums bits_row(const uint64_t *planes, const uint64_t *row, size_t n) {
    uint64x2_t weighted = vdupq_n_u64(0), ones = weighted;
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const uint64x2_t words = vld1q_u64(row + i);
        uint8x16_t counts = byte_counts(vandq_u64(words, vld1q_u64(planes + 3 * n + i)));
        for (size_t j = 3; j-- > 0;) {
            counts = vaddq_u8(vaddq_u8(counts, counts), byte_counts(vandq_u64(words, vld1q_u64(planes + j * n + i))));
        }
        weighted = add_bytes(weighted, counts);
        ones = add_bytes(ones, byte_counts(words));
    }
    int32_t s = (int32_t)vaddvq_u64(weighted), p = (int32_t)vaddvq_u64(ones);
    if (i < n) {
        for (size_t j = 0; j < 4; j++) s += __builtin_popcountll(row[i] & planes[j * n + i]) << j;
        p += __builtin_popcountll(row[i]);
    }
    return (bit_sums){(float)s, (float)p};
}

INLINE uint64_t differing_bits(const uint64_t *a, const uint64_t *b, size_t n) {
    uint64x2_t sum = vdupq_n_u64(0);
    size_t i = 0;
    for (; i + 2 <= n; i += 2) sum = add_bytes(sum, byte_counts(veorq_u64(vld1q_u64(a + i), vld1q_u64(b + i))));
    return vaddvq_u64(sum) + (i < n ? (uint64_t)__builtin_popcountll(a[i] ^ b[i]) : 0);
}
