#include "venule_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/* A file of few bytes can have so many scans over so many pixels that decoding takes hours. */
enum {
    MOST_SCANS = 100
};

struct venule_jpeg {
    struct jpeg_decompress_struct codec;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    venule_codec_report report;
    venule_jpeg_status status;
    int detail;
    bool has_leftovers;
    jmp_buf failure;
};

static void on_error(j_common_ptr codec) {
    struct venule_jpeg *self = codec->client_data;
    char message[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, message);
    strncpy(self->report.text, message, sizeof self->report.text - 1);
    self->detail = codec->err->msg_parm.i[0];
    switch (codec->err->msg_code) {
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_UNKNOWN_MARKER: self->status = VENULE_JPEG_OTHER_PROCESS; break;
    case JERR_BAD_PRECISION: self->status = VENULE_JPEG_OTHER_PRECISION; break;
    case JERR_BAD_J_COLORSPACE:
    case JERR_CONVERSION_NOTIMPL: self->status = VENULE_JPEG_OTHER_COLOURS; break;
    default: self->status = VENULE_JPEG_DAMAGED;
    }
    longjmp(self->failure, 1);
}

/* libjpeg fills missing data with grey and only warns of it; here that is an error. */
static void on_message(j_common_ptr codec, int level) {
    struct venule_jpeg *self = codec->client_data;
    if (level >= 0) return;
    switch (codec->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: self->has_leftovers = true; return;
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR: return;
    default: on_error(codec);
    }
}

static void on_progress(j_common_ptr codec) {
    if (((j_decompress_ptr)codec)->input_scan_number > MOST_SCANS) {
        codec->err->msg_code = JERR_BAD_PROGRESSION;
        on_error(codec);
    }
}

venule_jpeg *venule_jpeg_open(const uint8_t *bytes, size_t count) {
    struct venule_jpeg *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->codec.err = jpeg_std_error(&self->errors);
    self->errors.error_exit = on_error;
    self->errors.emit_message = on_message;
    self->codec.client_data = self;
    if (setjmp(self->failure)) {
        venule_jpeg_close(self);
        return NULL;
    }
    jpeg_create_decompress(&self->codec);
    self->progress.progress_monitor = on_progress;
    self->codec.progress = &self->progress;
    jpeg_mem_src(&self->codec, bytes, count);
    jpeg_save_markers(&self->codec, JPEG_APP0 + 1, 0xFFFF);
    return self;
}

venule_jpeg_status venule_jpeg_read_header(venule_jpeg *self, venule_jpeg_header *header) {
    if (setjmp(self->failure)) return self->status;
    jpeg_read_header(&self->codec, TRUE);
    switch (self->codec.jpeg_color_space) {
    case JCS_GRAYSCALE:
        self->codec.out_color_space = JCS_GRAYSCALE;
        header->channels = 1;
        break;
    case JCS_YCbCr:
    case JCS_RGB:
        self->codec.out_color_space = JCS_RGB;
        header->channels = 3;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        self->codec.out_color_space = JCS_CMYK;
        header->channels = 4;
        break;
    default: self->detail = self->codec.num_components; return VENULE_JPEG_OTHER_COLOURS;
    }
    header->width = self->codec.image_width;
    header->height = self->codec.image_height;
    header->is_progressive = self->codec.progressive_mode;
    return VENULE_JPEG_OK;
}

venule_jpeg_status venule_jpeg_start(venule_jpeg *self) {
    if (setjmp(self->failure)) return self->status;
    jpeg_start_decompress(&self->codec);
    return VENULE_JPEG_OK;
}

venule_jpeg_status venule_jpeg_read_row(venule_jpeg *self, uint8_t *row) {
    if (setjmp(self->failure)) return self->status;
    JSAMPROW rows[1] = {row};
    jpeg_read_scanlines(&self->codec, rows, 1);
    return VENULE_JPEG_OK;
}

venule_jpeg_status venule_jpeg_finish(venule_jpeg *self) {
    if (setjmp(self->failure)) return self->status;
    jpeg_finish_decompress(&self->codec);
    return VENULE_JPEG_OK;
}

const uint8_t *venule_jpeg_exif(const venule_jpeg *self, size_t *count) {
    static const uint8_t name[6] = {'E', 'x', 'i', 'f', 0, 0};
    for (jpeg_saved_marker_ptr marker = self->codec.marker_list; marker; marker = marker->next) {
        if (marker->data_length < sizeof name || memcmp(marker->data, name, sizeof name) != 0) continue;
        *count = marker->data_length - sizeof name;
        return marker->data + sizeof name;
    }
    return NULL;
}

bool venule_jpeg_has_leftovers(const venule_jpeg *self) { return self->has_leftovers; }
int venule_jpeg_detail(const venule_jpeg *self) { return self->detail; }
const venule_codec_report *venule_jpeg_report(const venule_jpeg *self) { return &self->report; }

void venule_jpeg_close(venule_jpeg *self) {
    if (!self) return;
    jpeg_destroy_decompress(&self->codec);
    free(self);
}
