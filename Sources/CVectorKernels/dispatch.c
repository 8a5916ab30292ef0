#include "levels.h"

#include <string.h>

// __builtin_cpu_supports reads what the C runtime has asked the processor before main, operating-system support
// of the wide registers included: no state of our own, so no lock.
const glimpse_kernels *glimpse_kernels_at(glimpse_kernel_level level) {
    switch (level) {
    case GLIMPSE_KERNEL_SCALAR:
        return &glimpse_kernels_scalar;
#if defined(__x86_64__)
    case GLIMPSE_KERNEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &glimpse_kernels_avx2 : NULL;
    case GLIMPSE_KERNEL_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                       && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                       && __builtin_cpu_supports("fma")
                   ? &glimpse_kernels_avx512
                   : NULL;
#endif
#if defined(__aarch64__)
    case GLIMPSE_KERNEL_NEON:
        return &glimpse_kernels_neon;
#endif
    default:
        return NULL;
    }
}

const glimpse_kernels *glimpse_kernels_best(void) {
    for (int level = GLIMPSE_KERNEL_AVX512; level > GLIMPSE_KERNEL_SCALAR; level--) {
        const glimpse_kernels *kernels = glimpse_kernels_at((glimpse_kernel_level)level);
        if (kernels) return kernels;
    }
    return &glimpse_kernels_scalar;
}

// A float is not finite exactly when all bits of its exponent are set. Integers, so that the compiler vectorises.
bool glimpse_all_finite(const float *values, size_t n) {
    const uint32_t exponent = 0x7f800000u;
    uint32_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        found |= (bits & exponent) == exponent;
    }
    return found == 0;
}
