#include "CVipsWriting.h"

#include <pthread.h>
#include <vips/vips.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int started = -1;

// To a second thread vips_init() says that all is well while the first is still at it.
static void start(void) { started = vips_init("test"); }

static VipsImage *converted(VipsImage *in, const char *space, const char *profile) {
    VipsImage *out = NULL;
    int failed;
    if (profile != NULL) {
        failed = vips_icc_transform(in, &out, profile, "input_profile", "srgb", NULL);
    } else if (space != NULL) {
        int value = vips_enum_from_nick("test", VIPS_TYPE_INTERPRETATION, space);
        failed = value < 0 || vips_colourspace(in, &out, value, NULL);
    } else {
        failed = vips_copy(in, &out, NULL);
    }
    g_object_unref(in);
    return failed ? NULL : out;
}

int glimpse_write_picture(const uint8_t *pixels, int width, int height, int bands, const char *path,
                          const char *space, const char *profile, const uint8_t *exif, size_t exif_length) {
    if (pthread_once(&once, start) || started) return -1;
    VipsImage *view =
        vips_image_new_from_memory(pixels, (size_t)width * height * bands, width, height, bands, VIPS_FORMAT_UCHAR);
    if (view == NULL) return -1;
    VipsImage *tagged = NULL;
    int failed = vips_copy(view, &tagged, "interpretation",
                           bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL);
    g_object_unref(view);
    if (failed) return -1;
    VipsImage *image = converted(tagged, space, profile);
    if (image == NULL) return -1;
    if (exif != NULL) vips_image_set_blob_copy(image, VIPS_META_EXIF_NAME, exif, exif_length);
    failed = vips_image_write_to_file(image, path, NULL);
    g_object_unref(image);
    return failed;
}
