// Swift cannot see into libraw_data_t (some of its arrays are too long to import): accessors, no logic.
#ifndef GLIMPSE_CRAW_H
#define GLIMPSE_CRAW_H

#include <libraw/libraw.h>

static inline void *glimpse_raw_open(const void *data, size_t length, int *status) {
    libraw_data_t *raw = libraw_init(LIBRAW_OPTIONS_NONE);
    if (raw == NULL) {
        *status = LIBRAW_UNSUFFICIENT_MEMORY;
        return NULL;
    }
    *status = libraw_open_buffer(raw, (void *)data, length);
    return raw;
}

static inline void glimpse_raw_close(void *raw) { libraw_close((libraw_data_t *)raw); }

static inline const char *glimpse_raw_make(void *raw) { return ((libraw_data_t *)raw)->idata.make; }
static inline const char *glimpse_raw_model(void *raw) { return ((libraw_data_t *)raw)->idata.model; }
static inline unsigned glimpse_raw_dng_version(void *raw) { return ((libraw_data_t *)raw)->idata.dng_version; }

/// The visible part of the sensor in pixels, before `flip`.
static inline int glimpse_raw_width(void *raw) { return ((libraw_data_t *)raw)->sizes.width; }
static inline int glimpse_raw_height(void *raw) { return ((libraw_data_t *)raw)->sizes.height; }
static inline int glimpse_raw_sensor_width(void *raw) { return ((libraw_data_t *)raw)->sizes.raw_width; }
static inline int glimpse_raw_sensor_height(void *raw) { return ((libraw_data_t *)raw)->sizes.raw_height; }

/// How the camera was held: 0 upright, 3 by 180°, 5 by 90° counter-clockwise, 6 by 90° clockwise.
static inline int glimpse_raw_flip(void *raw) { return ((libraw_data_t *)raw)->sizes.flip; }

static inline int glimpse_raw_unpack_preview(void *raw) { return libraw_unpack_thumb((libraw_data_t *)raw); }
static inline int glimpse_raw_preview_is_jpeg(void *raw) {
    return ((libraw_data_t *)raw)->thumbnail.tformat == LIBRAW_THUMBNAIL_JPEG;
}
static inline const void *glimpse_raw_preview(void *raw) { return ((libraw_data_t *)raw)->thumbnail.thumb; }
static inline size_t glimpse_raw_preview_length(void *raw) { return ((libraw_data_t *)raw)->thumbnail.tlength; }

/// Demosaics at half size with the camera's white balance to 8-bit sRGB, upright. NULL with `status` when it fails.
static inline void *glimpse_raw_develop(void *raw, int *status) {
    libraw_data_t *data = (libraw_data_t *)raw;
    data->params.half_size = 1;
    data->params.use_camera_wb = 1;
    data->params.output_bps = 8;
    data->params.output_color = 1;
    if ((*status = libraw_unpack(data)) != LIBRAW_SUCCESS) return NULL;
    if ((*status = libraw_dcraw_process(data)) != LIBRAW_SUCCESS) return NULL;
    return libraw_dcraw_make_mem_image(data, status);
}

static inline int glimpse_raw_image_width(void *image) { return ((libraw_processed_image_t *)image)->width; }
static inline int glimpse_raw_image_height(void *image) { return ((libraw_processed_image_t *)image)->height; }
static inline int glimpse_raw_image_colors(void *image) { return ((libraw_processed_image_t *)image)->colors; }
static inline int glimpse_raw_image_bits(void *image) { return ((libraw_processed_image_t *)image)->bits; }
static inline const void *glimpse_raw_image_data(void *image) { return ((libraw_processed_image_t *)image)->data; }
static inline size_t glimpse_raw_image_length(void *image) { return ((libraw_processed_image_t *)image)->data_size; }
static inline void glimpse_raw_image_free(void *image) {
    libraw_dcraw_clear_mem((libraw_processed_image_t *)image);
}

#endif
