/// Writes pictures of every format for tests; the product itself writes JPEG and WebP only.
#ifndef CVIPS_WRITING_H
#define CVIPS_WRITING_H

#include <stddef.h>
#include <stdint.h>

/// Writes `bands` × 8-bit pixels (1 grey, 3 RGB, 4 RGBA) to `path`, whose suffix and options (`a.png[interlace]`)
/// choose the format.
/// `space` is a colour space to convert to first (`cmyk`, `rgb16`, `grey16`, `b-w`, `lab`), or NULL.
/// `profile` is a built-in ICC profile to convert to and embed (`p3`), or NULL.
/// `exif` is an EXIF block ("Exif\0\0" and a TIFF), or NULL.
/// Returns 0, or -1.
int glimpse_write_picture(const uint8_t *pixels, int width, int height, int bands, const char *path,
                          const char *space, const char *profile, const uint8_t *exif, size_t exif_length);

#endif
