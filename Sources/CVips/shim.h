// libvips' operations are variadic in C, which Swift cannot call: one static-inline wrapper each, no logic.
// Every wrapper returns a new reference, or NULL with the reason in vips_error_buffer().
#ifndef GLIMPSE_CVIPS_H
#define GLIMPSE_CVIPS_H

#include <vips/vips.h>

#define GLIMPSE_VIPS(call) \
    VipsImage *out = NULL; \
    return (call) ? NULL : out

#define GLIMPSE_SEQUENTIAL "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED

// Loaders from memory. The buffer must outlive the image. They read the header only; pixels come when asked for.

static inline VipsImage *glimpse_vips_load_jpeg(const void *data, size_t length, int shrink) {
    GLIMPSE_VIPS(vips_jpegload_buffer((void *)data, length, &out, "shrink", shrink, GLIMPSE_SEQUENTIAL, NULL));
}

static inline VipsImage *glimpse_vips_load_png(const void *data, size_t length) {
    GLIMPSE_VIPS(vips_pngload_buffer((void *)data, length, &out, GLIMPSE_SEQUENTIAL, NULL));
}

static inline VipsImage *glimpse_vips_load_webp(const void *data, size_t length, double scale) {
    GLIMPSE_VIPS(vips_webpload_buffer((void *)data, length, &out, "scale", scale, GLIMPSE_SEQUENTIAL, NULL));
}

static inline VipsImage *glimpse_vips_load_tiff(const void *data, size_t length) {
    GLIMPSE_VIPS(vips_tiffload_buffer((void *)data, length, &out, GLIMPSE_SEQUENTIAL, NULL));
}

static inline VipsImage *glimpse_vips_load_gif(const void *data, size_t length) {
    GLIMPSE_VIPS(vips_gifload_buffer((void *)data, length, &out, GLIMPSE_SEQUENTIAL, NULL));
}

static inline VipsImage *glimpse_vips_load_heif(const void *data, size_t length) {
    GLIMPSE_VIPS(vips_heifload_buffer((void *)data, length, &out, GLIMPSE_SEQUENTIAL, NULL));
}

// Operations.

/// Turned and mirrored as EXIF `orientation` says, 1…8.
static inline VipsImage *glimpse_vips_orient(VipsImage *in, int orientation) {
    VipsImage *tagged = NULL;
    VipsImage *out = NULL;
    if (vips_copy(in, &tagged, NULL)) return NULL;
    vips_image_set_int(tagged, VIPS_META_ORIENTATION, orientation);
    int failed = vips_autorot(tagged, &out, NULL);
    g_object_unref(tagged);
    return failed ? NULL : out;
}

static inline VipsImage *glimpse_vips_shrink(VipsImage *in, double horizontal, double vertical) {
    GLIMPSE_VIPS(vips_shrink(in, &out, horizontal, vertical, NULL));
}

/// Bands `first` … `first + count - 1`.
static inline VipsImage *glimpse_vips_bands(VipsImage *in, int first, int count) {
    GLIMPSE_VIPS(vips_extract_band(in, &out, first, "n", count, NULL));
}

static inline VipsImage *glimpse_vips_interpret(VipsImage *in, VipsInterpretation interpretation) {
    GLIMPSE_VIPS(vips_copy(in, &out, "interpretation", interpretation, NULL));
}

/// Alpha blended with grey of `background`, in the units of the image's own bands.
static inline VipsImage *glimpse_vips_flatten(VipsImage *in, double background) {
    VipsArrayDouble *color = vips_array_double_newv(1, background);
    VipsImage *out = NULL;
    int failed = vips_flatten(in, &out, "background", color, NULL);
    vips_area_unref(VIPS_AREA(color));
    return failed ? NULL : out;
}

static inline VipsImage *glimpse_vips_colourspace(VipsImage *in, VipsInterpretation space) {
    GLIMPSE_VIPS(vips_colourspace(in, &out, space, NULL));
}

/// The embedded profile, or `fallback` where there is none that fits, to 8-bit sRGB.
static inline VipsImage *glimpse_vips_icc_to_srgb(VipsImage *in, const char *fallback) {
    GLIMPSE_VIPS(vips_icc_transform(
        in, &out, "srgb", "embedded", TRUE, "input_profile", fallback, "intent", VIPS_INTENT_RELATIVE, "depth", 8,
        NULL));
}

static inline VipsImage *glimpse_vips_to_uchar(VipsImage *in) { GLIMPSE_VIPS(vips_cast_uchar(in, &out, NULL)); }

/// A file in memory: 0 and g_malloc'ed bytes, or -1.
static inline int glimpse_vips_save_webp(VipsImage *in, int quality, void **data, size_t *length) {
    return vips_webpsave_buffer(in, data, length, "Q", quality, "effort", 2, "strip", TRUE, NULL);
}

#endif
