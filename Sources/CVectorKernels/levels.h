/// The tables of the levels, each in a file of its own. Private to CVectorKernels.
#ifndef GLIMPSE_KERNEL_LEVELS_H
#define GLIMPSE_KERNEL_LEVELS_H

#include "CVectorKernels.h"

extern const glimpse_kernels glimpse_kernels_scalar;
#if defined(__x86_64__)
extern const glimpse_kernels glimpse_kernels_avx2;
extern const glimpse_kernels glimpse_kernels_avx512;
extern const glimpse_kernels glimpse_kernels_avx512_vnni;
#endif
#if defined(__aarch64__)
extern const glimpse_kernels glimpse_kernels_neon;
extern const glimpse_kernels glimpse_kernels_neon_dotprod;
#endif

#endif
