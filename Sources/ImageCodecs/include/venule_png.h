#pragma once

#include "codec_report.h"

typedef struct venule_png venule_png;

typedef struct {
    uint32_t width;
    uint32_t height;
    /* Of a decoded row: 1 to 4 channels of 8 or 16 bits. Palettes, and samples of less than 8 bits, are expanded. */
    int channels;
    int bits;
    /* As stored. */
    int stored_bits;
    bool is_interlaced;
} venule_png_header;

/* NULL if there is no memory. */
venule_png *venule_png_open(const uint8_t *bytes, size_t count);

/* The functions below return false, and fill in a report, if libpng failed. */
bool venule_png_read_header(venule_png *png, venule_png_header *header);

/* One row, in the machine's order of bytes; of an interlaced file the next row of the present pass, merged into what `row` holds. */
bool venule_png_read_row(venule_png *png, uint8_t *row);

/* Reads everything behind the pixels, to the end of the file. */
bool venule_png_finish(venule_png *png);

/* How many bytes of the file have been read; none of them is read again. */
size_t venule_png_position(const venule_png *png);

const venule_codec_report *venule_png_report(const venule_png *png);
void venule_png_close(venule_png *png);
