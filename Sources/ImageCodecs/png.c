#include "venule_png.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct venule_png {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    venule_codec_report report;
    jmp_buf failure;
};

static void on_error(png_structp png, png_const_charp message) {
    struct venule_png *self = png_get_error_ptr(png);
    strncpy(self->report.text, message, sizeof self->report.text - 1);
    longjmp(self->failure, 1);
}

/* libpng only warns of things that do not change the pixels. */
static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    struct venule_png *self = png_get_io_ptr(png);
    if (count > self->count - self->position) png_error(png, "the file ends early");
    memcpy(target, self->bytes + self->position, count);
    self->position += count;
}

venule_png *venule_png_open(const uint8_t *bytes, size_t count) {
    struct venule_png *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->bytes = bytes;
    self->count = count;
    if (setjmp(self->failure)) {
        venule_png_close(self);
        return NULL;
    }
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    if (self->png) self->info = png_create_info_struct(self->png);
    if (!self->info) {
        venule_png_close(self);
        return NULL;
    }
    png_set_read_fn(self->png, self, read_bytes);
    /* The caller has a limit of its own for the pixels. */
    png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    return self;
}

bool venule_png_read_header(venule_png *self, venule_png_header *header) {
    if (setjmp(self->failure)) return false;
    png_read_info(self->png, self->info);
    header->width = png_get_image_width(self->png, self->info);
    header->height = png_get_image_height(self->png, self->info);
    header->stored_bits = png_get_bit_depth(self->png, self->info);
    header->is_interlaced = png_get_interlace_type(self->png, self->info) != PNG_INTERLACE_NONE;
    bool has_key = png_get_valid(self->png, self->info, PNG_INFO_tRNS);
    int colour = png_get_color_type(self->png, self->info);
    header->bits = header->stored_bits == 16 ? 16 : 8;
    if (colour == PNG_COLOR_TYPE_PALETTE) {
        header->channels = has_key ? 4 : 3;
    } else {
        header->channels = png_get_channels(self->png, self->info) + (has_key ? 1 : 0);
    }
    png_set_expand(self->png);
    const uint16_t one = 1;
    if (*(const uint8_t *)&one == 1) png_set_swap(self->png);
    if (header->is_interlaced) png_set_interlace_handling(self->png);
    return true;
}

bool venule_png_read_row(venule_png *self, uint8_t *row) {
    if (setjmp(self->failure)) return false;
    png_read_row(self->png, row, NULL);
    return true;
}

bool venule_png_finish(venule_png *self) {
    if (setjmp(self->failure)) return false;
    png_read_end(self->png, NULL);
    return true;
}

size_t venule_png_position(const venule_png *self) { return self->position; }

const venule_codec_report *venule_png_report(const venule_png *self) { return &self->report; }

void venule_png_close(venule_png *self) {
    if (!self) return;
    png_destroy_read_struct(&self->png, &self->info, NULL);
    free(self);
}
