#include "levels.h"

#include <string.h>

#if defined(__x86_64__)
// __builtin_cpu_supports reads what the C runtime has asked the processor before main, operating-system support
// of the wide registers included: no state of our own, so no lock.
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static bool has_avx512_vnni(void) {
    return has_avx512() && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq");
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif

static bool has_dotprod(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
#endif

const glimpse_kernels *glimpse_kernels_at(glimpse_kernel_level level) {
    switch (level) {
    case GLIMPSE_KERNEL_SCALAR:
        return &glimpse_kernels_scalar;
#if defined(__x86_64__)
    case GLIMPSE_KERNEL_AVX2:
        return has_avx2() ? &glimpse_kernels_avx2 : NULL;
    case GLIMPSE_KERNEL_AVX512:
        return has_avx512() ? &glimpse_kernels_avx512 : NULL;
    case GLIMPSE_KERNEL_AVX512_VNNI:
        return has_avx512_vnni() ? &glimpse_kernels_avx512_vnni : NULL;
#elif defined(__aarch64__)
    case GLIMPSE_KERNEL_NEON:
        return has_dotprod() ? &glimpse_kernels_neon_dotprod : &glimpse_kernels_neon;
#endif
    default:
        return NULL;
    }
}

const glimpse_kernels *glimpse_kernels_best(void) {
    for (int level = GLIMPSE_KERNEL_AVX512_VNNI; level > GLIMPSE_KERNEL_SCALAR; level--) {
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
