/// The arithmetic of the vector index: distances between float32 vectors, one to one and one to many, and the
/// checksum of index files. Each function exists at several levels; `glimpse_kernels_best` chooses the fastest one
/// that this processor runs, and tests compare every level with the scalar one.
#ifndef GLIMPSE_CVECTORKERNELS_H
#define GLIMPSE_CVECTORKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets that kernels are written for, slowest first.
typedef enum glimpse_kernel_level {
    GLIMPSE_KERNEL_SCALAR = 0,
    GLIMPSE_KERNEL_NEON = 1,
    GLIMPSE_KERNEL_AVX2 = 2,   // with FMA
    GLIMPSE_KERNEL_AVX512 = 3, // F, BW, DQ, VL
} glimpse_kernel_level;

/// The number that two vectors of `n` floats come to. No alignment is needed; NaN and infinity propagate.
typedef float (*glimpse_pair_kernel)(const float *a, const float *b, size_t n);

/// Compares `query` (`n` floats) with `count` rows. Row i starts at `rows + i * stride` (in floats) and its result
/// goes to `results[i]`. The result of a row does not depend on its neighbours: it is bit for bit what the
/// pair kernel of the same level gives.
typedef void (*glimpse_rows_kernel)(const float *query, size_t n, const float *rows, size_t stride, size_t count,
                                    float *results);

/// Like `glimpse_rows_kernel` for the rows `chosen[0] … chosen[count - 1]` only; row `chosen[i]` goes to `results[i]`.
typedef void (*glimpse_chosen_kernel)(const float *query, size_t n, const float *rows, size_t stride,
                                      const uint32_t *chosen, size_t count, float *results);

/// All kernels of one level.
typedef struct glimpse_kernels {
    glimpse_kernel_level level;
    glimpse_pair_kernel dot;
    glimpse_pair_kernel squared_l2;
    glimpse_rows_kernel dot_rows;
    glimpse_rows_kernel squared_l2_rows;
    glimpse_chosen_kernel dot_chosen;
    glimpse_chosen_kernel squared_l2_chosen;
} glimpse_kernels;

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
