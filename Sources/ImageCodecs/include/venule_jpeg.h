#pragma once

#include "codec_report.h"

typedef struct venule_jpeg venule_jpeg;

typedef struct {
    uint32_t width;
    uint32_t height;
    /* The channels of a decoded row, of 8 bits each: 1 is grey, 3 RGB, 4 CMYK as stored (Adobe's programs store 255 for no ink). */
    int channels;
    bool is_progressive;
} venule_jpeg_header;

typedef enum {
    VENULE_JPEG_OK,
    /* The file ends early or its data contradict each other. */
    VENULE_JPEG_DAMAGED,
    /* A process, a precision or a colour space that libjpeg does not decode; `detail` has a number. */
    VENULE_JPEG_OTHER_PROCESS,
    VENULE_JPEG_OTHER_PRECISION,
    VENULE_JPEG_OTHER_COLOURS,
} venule_jpeg_status;

/* NULL if there is no memory. */
venule_jpeg *venule_jpeg_open(const uint8_t *bytes, size_t count);
venule_jpeg_status venule_jpeg_read_header(venule_jpeg *jpeg, venule_jpeg_header *header);

/* Begins decoding. To be called after the caller has accepted the announced size. */
venule_jpeg_status venule_jpeg_start(venule_jpeg *jpeg);
venule_jpeg_status venule_jpeg_read_row(venule_jpeg *jpeg, uint8_t *row);

/* Reads to the end of the picture. */
venule_jpeg_status venule_jpeg_finish(venule_jpeg *jpeg);

/* The Exif data: what follows "Exif" and two zeros in the first APP1 segment that begins so; NULL if none does. */
const uint8_t *venule_jpeg_exif(const venule_jpeg *jpeg, size_t *count);

/* Whether the file has more compressed data than the picture needs. Decoders skip these. */
bool venule_jpeg_has_leftovers(const venule_jpeg *jpeg);

/* The number of the process (the second byte of the marker), or the bits of a sample. */
int venule_jpeg_detail(const venule_jpeg *jpeg);
const venule_codec_report *venule_jpeg_report(const venule_jpeg *jpeg);
void venule_jpeg_close(venule_jpeg *jpeg);
