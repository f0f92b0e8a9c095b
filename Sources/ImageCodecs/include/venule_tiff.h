#pragma once

#include "codec_report.h"

typedef struct venule_tiff venule_tiff;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint16_t bits;
    uint16_t samples;
    /* The values of the tags with these names. A tag that the file leaves out has its default in the TIFF 6.0 specification. */
    uint16_t sample_format;
    uint16_t photometric;
    uint16_t compression;
    uint16_t planar_configuration;
    uint16_t orientation;
    uint16_t ink_set;
    uint32_t subfile_type;
    bool has_photometric;
    bool has_extra_samples;
    uint16_t extra_samples;
    /* The kinds of the first extra samples. */
    uint16_t extra_sample_kinds[8];
    /* Whether libtiff has a decoder for the compression. */
    bool has_codec;
    bool is_tiled;
    /* The size of a tile; of a strip the picture's width and the number of rows that all strips but the last have. */
    uint32_t chunk_width;
    uint32_t chunk_height;
    /* Bytes of one decoded row of a strip or a tile, in one plane where planes are separate; 0 where the size is absurd. */
    uint64_t chunk_row_bytes;
    /* The number of strips or tiles in the file. */
    uint32_t chunks;
    bool is_camera_raw;
    /* Red, green and blue, 2 to the power of `bits` values each; NULL if there is no palette. */
    const uint16_t *palette[3];
} venule_tiff_header;

/* Finds the directory. `largest_allocation`: of libtiff, in bytes. NULL where there is no memory or no directory; `report` has the reason. */
venule_tiff *venule_tiff_open(
    const uint8_t *bytes, size_t count, size_t largest_allocation, venule_codec_report *report);

void venule_tiff_read_header(venule_tiff *tiff, venule_tiff_header *header);

/* Whether another directory follows. */
bool venule_tiff_has_next_page(venule_tiff *tiff);

/* Goes on to the next directory; false if it cannot be read. */
bool venule_tiff_next_page(venule_tiff *tiff);

/* Goes back to the first directory. */
bool venule_tiff_first_page(venule_tiff *tiff);

/* From now on, JPEG data in YCbCr are converted to RGB. */
void venule_tiff_convert_jpeg_colours(venule_tiff *tiff);

/* Where a strip or tile lies in the file. */
void venule_tiff_chunk_place(venule_tiff *tiff, uint32_t chunk, uint64_t *offset, uint64_t *count);

/* The number of the strip or tile that has this pixel and, if planes are separate, this sample. */
uint32_t venule_tiff_chunk_at(venule_tiff *tiff, uint32_t column, uint32_t row, uint16_t sample);

/* Whether libtiff can convert the picture to RGB; fills in a report if it cannot. */
bool venule_tiff_can_convert(venule_tiff *tiff);

/*
 * The functions below give false where libtiff failed, or warned of data that are missing or wrong and that it filled up
 * or skipped; and a report then.
 */

/* Reads one row of a file with strips. */
bool venule_tiff_read_row(venule_tiff *tiff, uint8_t *row, uint32_t index, uint16_t sample);

/* Reads a whole tile. */
bool venule_tiff_read_tile(venule_tiff *tiff, uint8_t *tile, uint32_t column, uint32_t row, uint16_t sample);

/* A whole strip, or a tile, converted to 8-bit RGB by libtiff: words of red, green, blue from the lowest byte on, from the bottom row upwards. */
bool venule_tiff_read_converted(venule_tiff *tiff, uint32_t *words, uint32_t column, uint32_t row);

const venule_codec_report *venule_tiff_report(const venule_tiff *tiff);
void venule_tiff_close(venule_tiff *tiff);
