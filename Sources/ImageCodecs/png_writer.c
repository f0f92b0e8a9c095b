#include "venule_png_writer.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct venule_png_writer {
    png_structp png;
    png_infop info;
    /* What was made and has not been taken. */
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    jmp_buf failure;
};

static void on_error(png_structp png, png_const_charp message) {
    (void)message;
    struct venule_png_writer *self = png_get_error_ptr(png);
    longjmp(self->failure, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void keep_bytes(png_structp png, png_bytep source, size_t count) {
    struct venule_png_writer *self = png_get_io_ptr(png);
    if (count > self->capacity - self->count) {
        size_t capacity = 2 * self->capacity + count;
        uint8_t *bytes = realloc(self->bytes, capacity);
        if (!bytes) png_error(png, "no memory");
        self->bytes = bytes;
        self->capacity = capacity;
    }
    memcpy(self->bytes + self->count, source, count);
    self->count += count;
}

static void nothing_to_flush(png_structp png) { (void)png; }

venule_png_writer *venule_png_writer_open(uint32_t width, uint32_t height, int channels) {
    struct venule_png_writer *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    if (setjmp(self->failure)) {
        venule_png_writer_close(self);
        return NULL;
    }
    self->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    if (self->png) self->info = png_create_info_struct(self->png);
    if (!self->info) {
        venule_png_writer_close(self);
        return NULL;
    }
    png_set_write_fn(self->png, self, keep_bytes, nothing_to_flush);
    png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(self->png, self->info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(self->png, self->info);
    return self;
}

bool venule_png_writer_add_row(venule_png_writer *self, const uint8_t *row) {
    if (setjmp(self->failure)) return false;
    png_write_row(self->png, row);
    return true;
}

bool venule_png_writer_finish(venule_png_writer *self) {
    if (setjmp(self->failure)) return false;
    png_write_end(self->png, self->info);
    return true;
}

const uint8_t *venule_png_writer_take(venule_png_writer *self, size_t *count) {
    *count = self->count;
    self->count = 0;
    return self->bytes;
}

void venule_png_writer_close(venule_png_writer *self) {
    if (!self) return;
    png_destroy_write_struct(&self->png, &self->info);
    free(self->bytes);
    free(self);
}
