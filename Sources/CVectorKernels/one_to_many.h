/// Makes the six functions and the table of one level. The including file defines
///   KERNEL_LEVEL     the enum value          KERNEL_TABLE   the name of the table
///   KERNEL_TARGET    the target attribute, or nothing
///   row_dot, row_squared_l2 (a, b, n, ahead): static inline; they prefetch the cache lines of a row at `ahead`
///     while they read `b`, so that memory and arithmetic overlap.
/// Pair, rows and chosen kernels share these inner functions: a row's result is the same by every way.
#include "levels.h"

/// How far ahead of the row in work its successors are fetched when rows lie one after another.
/// Measured: Benchmarks/vectors/README.md.
#ifndef PREFETCH_BYTES
#define PREFETCH_BYTES 4096
#endif

#define PAIR(NAME, ROW)                                                                                               \
    KERNEL_TARGET static float NAME(const float *a, const float *b, size_t n) { return ROW(a, b, n, (const char *)b); }

#define ROWS(NAME, ROW)                                                                                               \
    KERNEL_TARGET static void NAME(const float *query, size_t n, const float *rows, size_t stride, size_t count,      \
                                   float *results) {                                                                  \
        for (size_t i = 0; i < count; i++) {                                                                          \
            const float *row = rows + i * stride;                                                                     \
            results[i] = ROW(query, row, n, (const char *)row + PREFETCH_BYTES);                                      \
        }                                                                                                             \
    }

#define CHOSEN(NAME, ROW)                                                                                             \
    KERNEL_TARGET static void NAME(const float *query, size_t n, const float *rows, size_t stride,                    \
                                   const uint32_t *chosen, size_t count, float *results) {                            \
        for (size_t i = 0; i < count; i++) {                                                                          \
            size_t next = i + 2 < count ? i + 2 : count - 1;                                                          \
            results[i] = ROW(query, rows + chosen[i] * stride, n, (const char *)(rows + chosen[next] * stride));      \
        }                                                                                                             \
    }

PAIR(dot, row_dot)
PAIR(squared_l2, row_squared_l2)
ROWS(dot_rows, row_dot)
ROWS(squared_l2_rows, row_squared_l2)
CHOSEN(dot_chosen, row_dot)
CHOSEN(squared_l2_chosen, row_squared_l2)

const glimpse_kernels KERNEL_TABLE = {
    .level = KERNEL_LEVEL,
    .dot = dot,
    .squared_l2 = squared_l2,
    .dot_rows = dot_rows,
    .squared_l2_rows = squared_l2_rows,
    .dot_chosen = dot_chosen,
    .squared_l2_chosen = squared_l2_chosen,
};
