#include "venule_tiff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum {
    /* DNGVersion: a camera's raw data and not a photograph. */
    TAG_DNG_VERSION = 50706,
};

struct venule_tiff {
    TIFF *file;
    const uint8_t *bytes;
    uint64_t count;
    uint64_t position;
    venule_codec_report report;
    bool has_failed;
    /* Warnings about the directory are mostly about tags that do not matter; those about pixels always do. */
    bool reads_pixels;
};

static bool ends_with(const char *text, const char *end) {
    size_t count = strlen(text), rest = strlen(end);
    return count >= rest && strcmp(text + count - rest, end) == 0;
}

static void note(struct venule_tiff *self, const char *format, va_list arguments) {
    /* The first message tells most. */
    if (self->has_failed) return;
    char text[sizeof self->report.text];
    vsnprintf(text, sizeof text, format, arguments);
    /* libtiff ignores an orientation that does not exist, and the picture stays upright, as in other formats. */
    if (ends_with(text, "for \"Orientation\" tag")) return;
    /* Messages about tags begin with the file's name, which libtiff does not know. */
    static const char name[] = ": ";
    const char *message = strncmp(text, name, sizeof name - 1) == 0 ? text + sizeof name - 1 : text;
    snprintf(self->report.text, sizeof self->report.text, "%s", message);
    self->has_failed = true;
}

static int on_error(TIFF *file, void *context, const char *module, const char *format, va_list arguments) {
    (void)file;
    (void)module;
    note(context, format, arguments);
    return 1;
}

static int on_warning(TIFF *file, void *context, const char *module, const char *format, va_list arguments) {
    (void)file;
    (void)module;
    struct venule_tiff *self = context;
    /* libtiff ignores a tag whose value lies behind the end of the file, and only warns of it. */
    static const char lost[] = "IO error during reading of";
    if (self->reads_pixels || strncmp(format, lost, sizeof lost - 1) == 0) note(self, format, arguments);
    return 1;
}

static tmsize_t read_bytes(thandle_t context, void *target, tmsize_t count) {
    struct venule_tiff *self = context;
    if (count <= 0 || self->position >= self->count) return 0;
    uint64_t rest = self->count - self->position;
    uint64_t taken = (uint64_t)count < rest ? (uint64_t)count : rest;
    memcpy(target, self->bytes + self->position, taken);
    self->position += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t context, void *source, tmsize_t count) {
    (void)context;
    (void)source;
    (void)count;
    return -1;
}

static toff_t seek(thandle_t context, toff_t offset, int origin) {
    struct venule_tiff *self = context;
    switch (origin) {
    case SEEK_SET: self->position = offset; break;
    case SEEK_CUR: self->position += offset; break;
    default: self->position = self->count + offset;
    }
    return self->position;
}

static int close_nothing(thandle_t context) {
    (void)context;
    return 0;
}

static toff_t size(thandle_t context) { return ((struct venule_tiff *)context)->count; }

static int map(thandle_t context, void **base, toff_t *count) {
    struct venule_tiff *self = context;
    *base = (void *)self->bytes;
    *count = self->count;
    return 1;
}

static void unmap(thandle_t context, void *base, toff_t count) {
    (void)context;
    (void)base;
    (void)count;
}

venule_tiff *venule_tiff_open(
    const uint8_t *bytes, size_t count, size_t largest_allocation, venule_codec_report *report) {
    struct venule_tiff *self = calloc(1, sizeof *self);
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (self && options) {
        self->bytes = bytes;
        self->count = count;
        TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)largest_allocation);
        TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, self);
        TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, self);
        self->file =
            TIFFClientOpenExt("", "r", self, read_bytes, write_nothing, seek, close_nothing, size, map, unmap, options);
    }
    if (options) TIFFOpenOptionsFree(options);
    if (self && self->file && !self->has_failed) return self;
    if (self) *report = self->report;
    venule_tiff_close(self);
    return NULL;
}

static void read_extra_samples(TIFF *file, venule_tiff_header *header) {
    uint16_t count = 0;
    uint16_t *kinds = NULL;
    header->has_extra_samples = TIFFGetField(file, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 0;
    header->extra_samples = count;
    size_t kept = sizeof header->extra_sample_kinds / sizeof *header->extra_sample_kinds;
    for (size_t index = 0; index < kept && index < count && kinds; index++)
        header->extra_sample_kinds[index] = kinds[index];
}

void venule_tiff_read_header(venule_tiff *self, venule_tiff_header *header) {
    TIFF *file = self->file;
    memset(header, 0, sizeof *header);
    TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &header->width);
    TIFFGetField(file, TIFFTAG_IMAGELENGTH, &header->height);
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &header->bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &header->samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &header->sample_format);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &header->compression);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &header->planar_configuration);
    TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &header->orientation);
    TIFFGetFieldDefaulted(file, TIFFTAG_INKSET, &header->ink_set);
    TIFFGetFieldDefaulted(file, TIFFTAG_SUBFILETYPE, &header->subfile_type);
    header->has_photometric = TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &header->photometric) != 0;
    read_extra_samples(file, header);
    header->has_codec = TIFFIsCODECConfigured(header->compression) != 0;
    header->is_tiled = TIFFIsTiled(file) != 0;
    if (header->is_tiled) {
        TIFFGetField(file, TIFFTAG_TILEWIDTH, &header->chunk_width);
        TIFFGetField(file, TIFFTAG_TILELENGTH, &header->chunk_height);
        header->chunk_row_bytes = TIFFTileRowSize64(file);
        header->chunks = TIFFNumberOfTiles(file);
    } else {
        header->chunk_width = header->width;
        TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &header->chunk_height);
        header->chunk_row_bytes = TIFFScanlineSize64(file);
        header->chunks = TIFFNumberOfStrips(file);
    }
    uint16_t *red = NULL, *green = NULL, *blue = NULL;
    if (TIFFGetField(file, TIFFTAG_COLORMAP, &red, &green, &blue)) {
        header->palette[0] = red;
        header->palette[1] = green;
        header->palette[2] = blue;
    }
    uint8_t *version = NULL;
    header->is_camera_raw = TIFFGetField(file, TAG_DNG_VERSION, &version) != 0;
}

bool venule_tiff_has_next_page(venule_tiff *self) { return !TIFFLastDirectory(self->file); }

bool venule_tiff_next_page(venule_tiff *self) { return TIFFReadDirectory(self->file) && !self->has_failed; }

bool venule_tiff_first_page(venule_tiff *self) {
    self->has_failed = false;
    return TIFFSetDirectory(self->file, 0) && !self->has_failed;
}

void venule_tiff_convert_jpeg_colours(venule_tiff *self) {
    TIFFSetField(self->file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
}

void venule_tiff_chunk_place(venule_tiff *self, uint32_t chunk, uint64_t *offset, uint64_t *count) {
    *offset = TIFFGetStrileOffset(self->file, chunk);
    *count = TIFFGetStrileByteCount(self->file, chunk);
}

uint32_t venule_tiff_chunk_at(venule_tiff *self, uint32_t column, uint32_t row, uint16_t sample) {
    return TIFFIsTiled(self->file) ? TIFFComputeTile(self->file, column, row, 0, sample)
                                   : TIFFComputeStrip(self->file, row, sample);
}

bool venule_tiff_read_row(venule_tiff *self, uint8_t *row, uint32_t index, uint16_t sample) {
    self->reads_pixels = true;
    return TIFFReadScanline(self->file, row, index, sample) == 1 && !self->has_failed;
}

bool venule_tiff_read_tile(venule_tiff *self, uint8_t *tile, uint32_t column, uint32_t row, uint16_t sample) {
    self->reads_pixels = true;
    return TIFFReadTile(self->file, tile, column, row, 0, sample) >= 0 && !self->has_failed;
}

bool venule_tiff_can_convert(venule_tiff *self) {
    char reason[1024] = "";
    bool can = TIFFRGBAImageOK(self->file, reason) != 0;
    if (!can) snprintf(self->report.text, sizeof self->report.text, "%.*s", (int)sizeof self->report.text - 1, reason);
    return can;
}

bool venule_tiff_read_converted(venule_tiff *self, uint32_t *words, uint32_t column, uint32_t row) {
    self->reads_pixels = true;
    int done = TIFFIsTiled(self->file) ? TIFFReadRGBATileExt(self->file, column, row, words, 1)
                                       : TIFFReadRGBAStripExt(self->file, row, words, 1);
    return done && !self->has_failed;
}

const venule_codec_report *venule_tiff_report(const venule_tiff *self) { return &self->report; }

void venule_tiff_close(venule_tiff *self) {
    if (!self) return;
    if (self->file) TIFFClose(self->file);
    free(self);
}
