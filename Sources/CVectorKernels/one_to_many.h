/// Makes the six functions and the table of one level. The including file defines
///   KERNEL_LEVEL     the enum value          KERNEL_TABLE   the name of the table
///   KERNEL_TARGET    the target attribute, or nothing
///   row_dot, row_squared_l2 (a, b, n, ahead): static inline; while they read `b` they prefetch the cache lines of
///     the row at `ahead`, unless it is NULL (a constant where they are inlined: no test is left in the loop).
/// Pair, rows and chosen kernels share these inner functions: a row's result is the same by every way.
#include "levels.h"

// Rows that lie one after another are not fetched ahead by us: the processor foresees them better. With software
// prefetch at any distance from 512 to 16,384 bytes the scan was 7 to 25 % slower (Benchmarks/vectors/README.md).

#define PAIR(NAME, ROW)                                                                                               \
    KERNEL_TARGET static float NAME(const float *a, const float *b, size_t n) { return ROW(a, b, n, NULL); }

#define ROWS(NAME, ROW)                                                                                               \
    KERNEL_TARGET static void NAME(const float *query, size_t n, const float *rows, size_t stride, size_t count,      \
                                   float *results) {                                                                  \
        for (size_t i = 0; i < count; i++) results[i] = ROW(query, rows + i * stride, n, NULL);                       \
    }

/// How many rows ahead a chosen row is fetched.
#ifndef ROWS_AHEAD
#define ROWS_AHEAD 2
#endif

#define CHOSEN(NAME, ROW)                                                                                             \
    KERNEL_TARGET static void NAME(const float *query, size_t n, const float *rows, size_t stride,                    \
                                   const uint32_t *chosen, size_t count, float *results) {                            \
        for (size_t i = 0; i < count; i++) {                                                                          \
            size_t next = i + ROWS_AHEAD < count ? i + ROWS_AHEAD : count - 1;                                        \
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
