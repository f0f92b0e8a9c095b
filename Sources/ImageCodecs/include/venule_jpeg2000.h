#pragma once

#include "codec_report.h"

typedef struct venule_jpeg2000 venule_jpeg2000;

typedef enum {
    VENULE_JPEG2000_UNKNOWN,
    VENULE_JPEG2000_SRGB,
    VENULE_JPEG2000_GREY,
    VENULE_JPEG2000_YCC,
    VENULE_JPEG2000_CMYK,
    /* A colour space of another number. */
    VENULE_JPEG2000_OTHER,
} venule_jpeg2000_colours;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t components;
} venule_jpeg2000_header;

typedef struct {
    /* Rows of `width` samples; NULL if the component was not decoded. */
    const int32_t *samples;
    uint32_t width;
    uint32_t height;
    /* How many columns and rows of the picture have one sample in common. */
    uint32_t column_step;
    uint32_t row_step;
    uint32_t bits;
    bool is_signed;
    /* 0 for a colour, 1 for opacity, 2 for opacity by which the colours have been multiplied; from the file's channel definitions. */
    int alpha;
} venule_jpeg2000_component;

/* `is_codestream`: the file is a codestream without the boxes of JP2. NULL if there is no memory. */
venule_jpeg2000 *venule_jpeg2000_open(const uint8_t *bytes, size_t count, bool is_codestream);

/* The functions below return false, and fill in a report, if OpenJPEG failed or warned of missing data. */
bool venule_jpeg2000_read_header(venule_jpeg2000 *file, venule_jpeg2000_header *header);

/* Decodes the whole picture. If it has a palette, the number of components may differ afterwards. */
bool venule_jpeg2000_decode(venule_jpeg2000 *file, venule_jpeg2000_header *header, venule_jpeg2000_colours *colours);
venule_jpeg2000_component venule_jpeg2000_component_at(const venule_jpeg2000 *file, uint32_t index);
const venule_codec_report *venule_jpeg2000_report(const venule_jpeg2000 *file);
void venule_jpeg2000_close(venule_jpeg2000 *file);
