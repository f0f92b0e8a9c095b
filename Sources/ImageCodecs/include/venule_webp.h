#pragma once

#include "codec_report.h"

typedef struct venule_webp venule_webp;

typedef struct {
    /* The size of the canvas. */
    uint32_t width;
    uint32_t height;
    /* The place of the first frame on the canvas. Without animation, the frame is all of the canvas. */
    uint32_t left;
    uint32_t top;
    uint32_t frame_width;
    uint32_t frame_height;
    bool has_alpha;
} venule_webp_header;

/* NULL if the file's chunks are incomplete or contradict each other, or if there is no memory. */
venule_webp *venule_webp_open(const uint8_t *bytes, size_t count, venule_webp_header *header);

/* Decodes the first frame to dense rows of RGBA with 8 bits, where colours are not multiplied by alpha. Returns 0 or the VP8StatusCode. */
int venule_webp_decode(const venule_webp *webp, uint8_t *samples, size_t size, uint32_t frame_width);

/* The chunk EXIF; NULL if there is none. */
const uint8_t *venule_webp_exif(const venule_webp *webp, size_t *count);
void venule_webp_close(venule_webp *webp);
