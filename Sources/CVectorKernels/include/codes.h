/// How float32 vectors become codes: rotation, rounding to bytes, signs.
#ifndef GLIMPSE_CODES_H
#define GLIMPSE_CODES_H

#include <stddef.h>
#include <stdint.h>

/// Multiplies `n` numbers, n a power of two, by the orthonormal Walsh-Hadamard matrix, in place. O(n log n).
void glimpse_hadamard(float *values, size_t n);

/// Negates the numbers whose bit in `signs` is set.
void glimpse_flip(float *values, const uint64_t *signs, size_t n);

/// The largest magnitude of `n` numbers; 0 when there are none.
float glimpse_max_abs(const float *values, size_t n);

/// Writes each number divided by `step`, rounded to the nearest whole number and held within −127…127, to `codes`.
/// Returns the sum of the squares of what was lost, in the unit of the numbers.
float glimpse_to_int8(const float *values, float step, int8_t *codes, size_t n);

/// Sets bit i of `words` when number i is positive, clears it otherwise; n is a multiple of 64.
/// Returns the sum of all magnitudes.
float glimpse_to_bits(const float *values, uint64_t *words, size_t n);

/// Writes `(values − low) / step`, rounded and held within 0…15, as four planes of n / 64 words; n is a multiple of 64.
void glimpse_to_planes(const float *values, float low, float step, uint64_t *planes, size_t n);

#endif
