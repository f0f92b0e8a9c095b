#pragma once

#include "codec_report.h"

typedef struct venule_gif venule_gif;

typedef struct {
    uint32_t screen_width;
    uint32_t screen_height;
    /* The place of the first frame on the screen. */
    uint32_t left;
    uint32_t top;
    uint32_t width;
    uint32_t height;
    bool is_interlaced;
    /* The index that is transparent, or -1. */
    int transparent;
    /* Red, green and blue of each index; empty if the file has no table of colours. */
    int colours;
    uint8_t palette[3 * 256];
} venule_gif_header;

/* NULL if the header cannot be read or there is no memory. */
venule_gif *venule_gif_open(const uint8_t *bytes, size_t count);

/* Reads everything up to the first frame's pixels; false if giflib failed or there is no frame. */
bool venule_gif_read_header(venule_gif *gif, venule_gif_header *header);

/* Reads the next `count` indices in the order of the file. */
bool venule_gif_read_indices(venule_gif *gif, uint8_t *indices, int count);

/* The last message of giflib; never NULL. */
const char *venule_gif_message(const venule_gif *gif);
void venule_gif_close(venule_gif *gif);
