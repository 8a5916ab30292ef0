/// IEEE binary16 and binary32 by their bits, with the results of the processors' instructions. Private to
/// CVectorKernels.
#ifndef GLIMPSE_KERNEL_HALVES_H
#define GLIMPSE_KERNEL_HALVES_H

#include <stdint.h>
#include <string.h>

static inline float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Every half is a float.
static inline float float_of_half(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ff;
    if (exponent == 0) return float_of_bits(sign | bits_of_float((float)fraction * 0x1p-24f));
    if (exponent < 31) return float_of_bits(sign | (exponent + (127 - 15)) << 23 | fraction << 13);
    return float_of_bits(sign | 0x7f800000 | (fraction ? 0x400000 | fraction << 13 : 0)); // a NaN becomes a quiet one
}

/// To nearest, ties to even.
static inline uint16_t half_of_float(float value) {
    const uint32_t bits = bits_of_float(value), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
    if (size > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (size >> 13 & 0x3ff)); // NaN
    if (size >= 0x477ff000) return (uint16_t)(sign | 0x7c00); // 65,520 is half way to what would be the next half
    if (size >= 0x38800000) {                                 // 2^-14, the smallest normal half
        uint32_t rounded = size + 0xfff + (size >> 13 & 1);
        return (uint16_t)(sign | (rounded - ((127 - 15) << 23)) >> 13);
    }
    // The floats in 0.5…1 are 2^-24 apart, as the denormal halves are: the addition rounds.
    return (uint16_t)(sign | (bits_of_float(float_of_bits(size) + 0.5f) - bits_of_float(0.5f)));
}

#endif
