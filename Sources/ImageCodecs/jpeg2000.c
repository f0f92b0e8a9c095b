#include "venule_jpeg2000.h"

#include <openjpeg.h>
#include <stdlib.h>
#include <string.h>

struct venule_jpeg2000 {
    opj_codec_t *codec;
    opj_stream_t *stream;
    opj_image_t *image;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    venule_codec_report report;
    bool has_failed;
};

static OPJ_SIZE_T read_bytes(void *target, OPJ_SIZE_T count, void *context) {
    struct venule_jpeg2000 *self = context;
    size_t rest = self->count - self->position;
    if (rest == 0) return (OPJ_SIZE_T)-1;
    size_t taken = count < rest ? count : rest;
    memcpy(target, self->bytes + self->position, taken);
    self->position += taken;
    return taken;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void *context) {
    struct venule_jpeg2000 *self = context;
    if (count < 0 || (size_t)count > self->count - self->position) return -1;
    self->position += (size_t)count;
    return count;
}

static OPJ_BOOL seek(OPJ_OFF_T position, void *context) {
    struct venule_jpeg2000 *self = context;
    if (position < 0 || (size_t)position > self->count) return OPJ_FALSE;
    self->position = (size_t)position;
    return OPJ_TRUE;
}

/* Warnings count as errors, because OpenJPEG fills missing data and only warns of it. The first message tells most. */
static void on_message(const char *message, void *context) {
    struct venule_jpeg2000 *self = context;
    if (!self->has_failed) {
        strncpy(self->report.text, message, sizeof self->report.text - 1);
        self->report.text[strcspn(self->report.text, "\n")] = 0;
    }
    self->has_failed = true;
}

venule_jpeg2000 *venule_jpeg2000_open(const uint8_t *bytes, size_t count, bool is_codestream) {
    struct venule_jpeg2000 *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->bytes = bytes;
    self->count = count;
    self->codec = opj_create_decompress(is_codestream ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    self->stream = opj_stream_default_create(OPJ_TRUE);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!self->codec || !self->stream || !opj_setup_decoder(self->codec, &parameters)
        || !opj_decoder_set_strict_mode(self->codec, OPJ_TRUE)) {
        venule_jpeg2000_close(self);
        return NULL;
    }
    opj_set_error_handler(self->codec, on_message, self);
    opj_set_warning_handler(self->codec, on_message, self);
    opj_stream_set_user_data(self->stream, self, NULL);
    opj_stream_set_user_data_length(self->stream, count);
    opj_stream_set_read_function(self->stream, read_bytes);
    opj_stream_set_skip_function(self->stream, skip_bytes);
    opj_stream_set_seek_function(self->stream, seek);
    return self;
}

static void describe(const struct venule_jpeg2000 *self, venule_jpeg2000_header *header) {
    header->width = self->image->x1 - self->image->x0;
    header->height = self->image->y1 - self->image->y0;
    header->components = self->image->numcomps;
}

bool venule_jpeg2000_read_header(venule_jpeg2000 *self, venule_jpeg2000_header *header) {
    if (!opj_read_header(self->stream, self->codec, &self->image)) return false;
    /* Boxes that OpenJPEG does not know are no fault of the picture. */
    self->has_failed = false;
    describe(self, header);
    return true;
}

bool venule_jpeg2000_decode(venule_jpeg2000 *self, venule_jpeg2000_header *header, venule_jpeg2000_colours *colours) {
    if (!opj_decode(self->codec, self->stream, self->image) || !opj_end_decompress(self->codec, self->stream))
        return false;
    describe(self, header);
    switch (self->image->color_space) {
    case OPJ_CLRSPC_UNKNOWN:
    case OPJ_CLRSPC_UNSPECIFIED: *colours = VENULE_JPEG2000_UNKNOWN; break;
    case OPJ_CLRSPC_SRGB: *colours = VENULE_JPEG2000_SRGB; break;
    case OPJ_CLRSPC_GRAY: *colours = VENULE_JPEG2000_GREY; break;
    case OPJ_CLRSPC_SYCC: *colours = VENULE_JPEG2000_YCC; break;
    case OPJ_CLRSPC_CMYK: *colours = VENULE_JPEG2000_CMYK; break;
    default: *colours = VENULE_JPEG2000_OTHER;
    }
    return !self->has_failed;
}

venule_jpeg2000_component venule_jpeg2000_component_at(const venule_jpeg2000 *self, uint32_t index) {
    const opj_image_comp_t *component = &self->image->comps[index];
    return (venule_jpeg2000_component){
        .samples = component->data,
        .width = component->w,
        .height = component->h,
        .column_step = component->dx,
        .row_step = component->dy,
        .bits = component->prec,
        .is_signed = component->sgnd != 0,
        .alpha = component->alpha,
    };
}

const venule_codec_report *venule_jpeg2000_report(const venule_jpeg2000 *self) { return &self->report; }

void venule_jpeg2000_close(venule_jpeg2000 *self) {
    if (!self) return;
    if (self->image) opj_image_destroy(self->image);
    if (self->stream) opj_stream_destroy(self->stream);
    if (self->codec) opj_destroy_codec(self->codec);
    free(self);
}
