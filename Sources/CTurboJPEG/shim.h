// Swift sees the functions of TurboJPEG as they are; only its rounding macro needs a function.
#ifndef GLIMPSE_CTURBOJPEG_H
#define GLIMPSE_CTURBOJPEG_H

#include <turbojpeg.h>

/// A side of `length` pixels after a decode that shrinks by `factor` (1, 2, 4 or 8).
static inline int glimpse_jpeg_shrunk(int length, int factor) {
    tjscalingfactor scale = {1, factor};
    return TJSCALED(length, scale);
}

#endif
