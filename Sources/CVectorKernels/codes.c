#include "codes.h"

#include <math.h>

void glimpse_hadamard(float *values, size_t n) {
    for (size_t half = 1; half < n; half *= 2) {
        for (size_t start = 0; start < n; start += 2 * half) {
            float *a = values + start, *b = a + half;
            for (size_t i = 0; i < half; i++) {
                float sum = a[i] + b[i], difference = a[i] - b[i];
                a[i] = sum;
                b[i] = difference;
            }
        }
    }
    float scale = 1 / sqrtf((float)n);
    for (size_t i = 0; i < n; i++) values[i] *= scale;
}

void glimpse_flip(float *values, const uint64_t *signs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (signs[i / 64] >> (i % 64) & 1) values[i] = -values[i];
    }
}

float glimpse_max_abs(const float *values, size_t n) {
    float largest = 0;
    for (size_t i = 0; i < n; i++) {
        float magnitude = fabsf(values[i]);
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

// To add and take away 1.5 · 2^23 rounds a float to a whole number, in a way that the compiler can vectorise.
static inline float rounded(float value) {
    const float magic = 12582912.0f;
    return (value + magic) - magic;
}

static inline float clamped(float value, float low, float high) {
    float above = value > low ? value : low;
    return above < high ? above : high;
}

float glimpse_to_int8(const float *values, float step, int8_t *codes, size_t n) {
    float inverse = 1 / step, lost = 0;
    for (size_t i = 0; i < n; i++) {
        float code = rounded(clamped(values[i] * inverse, -127, 127));
        float difference = values[i] - code * step;
        codes[i] = (int8_t)code;
        lost += difference * difference;
    }
    return lost;
}

float glimpse_to_bits(const float *values, uint64_t *words, size_t n) {
    float sum = 0;
    for (size_t word = 0; word < n / 64; word++) {
        uint64_t bits = 0;
        for (size_t i = 0; i < 64; i++) {
            float value = values[word * 64 + i];
            bits |= (uint64_t)(value > 0) << i;
            sum += fabsf(value);
        }
        words[word] = bits;
    }
    return sum;
}

void glimpse_to_planes(const float *values, float low, float step, uint64_t *planes, size_t n) {
    size_t words = n / 64;
    float inverse = step > 0 ? 1 / step : 0;
    for (size_t word = 0; word < words; word++) {
        uint64_t plane[4] = {0};
        for (size_t i = 0; i < 64; i++) {
            unsigned level = (unsigned)rounded(clamped((values[word * 64 + i] - low) * inverse, 0, 15));
            for (int bit = 0; bit < 4; bit++) plane[bit] |= (uint64_t)(level >> bit & 1) << i;
        }
        for (int bit = 0; bit < 4; bit++) planes[(size_t)bit * words + word] = plane[bit];
    }
}
