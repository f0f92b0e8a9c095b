#pragma once

#include "codec_report.h"

/* A PNG file of 8 bits, grey (1 channel) or RGB (3 channels), that is made row by row. */
typedef struct venule_png_writer venule_png_writer;

/* NULL if there is no memory, or for more pixels on a side than the format has. */
venule_png_writer *venule_png_writer_open(uint32_t width, uint32_t height, int channels);

/* The functions below return false where there is no memory. */

/* The next row, from the first to the last. */
bool venule_png_writer_add_row(venule_png_writer *writer, const uint8_t *row);

/* Called once, after the last row. */
bool venule_png_writer_finish(venule_png_writer *writer);

/* The file's bytes that were made since the last call; they are valid until the next call of any function. */
const uint8_t *venule_png_writer_take(venule_png_writer *writer, size_t *count);

void venule_png_writer_close(venule_png_writer *writer);
