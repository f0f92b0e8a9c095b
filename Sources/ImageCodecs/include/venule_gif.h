#pragma once

#include "codec_report.h"

typedef struct venule_gif venule_gif;

typedef struct {
    uint32_t screen_width;
    uint32_t screen_height;
    /* The first frame, somewhere on the screen. */
    uint32_t left;
    uint32_t top;
    uint32_t width;
    uint32_t height;
    bool is_interlaced;
    /* The index that is transparent, or -1. */
    int transparent;
    /* Red, green, blue of each index; no colours where the file has no table. */
    int colours;
    uint8_t palette[3 * 256];
} venule_gif_header;

/* NULL where the header cannot be read or there is no memory. */
venule_gif *venule_gif_open(const uint8_t *bytes, size_t count);

/* All up to the first frame's pixels; false where giflib failed or there is no frame. */
bool venule_gif_read_header(venule_gif *gif, venule_gif_header *header);

/* The next `count` indices in the order of the file. */
bool venule_gif_read_indices(venule_gif *gif, uint8_t *indices, int count);

/* What giflib said last; never NULL. */
const char *venule_gif_message(const venule_gif *gif);
void venule_gif_close(venule_gif *gif);
