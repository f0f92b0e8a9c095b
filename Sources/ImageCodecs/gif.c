#include "venule_gif.h"

#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

struct venule_gif {
    GifFileType *file;
    const uint8_t *bytes;
    size_t count;
    size_t position;
};

static int read_bytes(GifFileType *file, GifByteType *target, int count) {
    struct venule_gif *self = file->UserData;
    size_t rest = self->count - self->position;
    size_t taken = (size_t)count < rest ? (size_t)count : rest;
    memcpy(target, self->bytes + self->position, taken);
    self->position += taken;
    return (int)taken;
}

venule_gif *venule_gif_open(const uint8_t *bytes, size_t count) {
    struct venule_gif *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->bytes = bytes;
    self->count = count;
    int error = 0;
    self->file = DGifOpen(self, read_bytes, &error);
    if (self->file) return self;
    free(self);
    return NULL;
}

/* Skips an extension block, but keeps the transparent index of a graphic control extension. */
static bool read_extension(struct venule_gif *self, int *transparent) {
    int code = 0;
    GifByteType *block = NULL;
    if (DGifGetExtension(self->file, &code, &block) == GIF_ERROR) return false;
    while (block) {
        GraphicsControlBlock control;
        if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
            *transparent = control.TransparentColor;
        }
        if (DGifGetExtensionNext(self->file, &block) == GIF_ERROR) return false;
    }
    return true;
}

bool venule_gif_read_header(venule_gif *self, venule_gif_header *header) {
    memset(header, 0, sizeof *header);
    header->transparent = NO_TRANSPARENT_COLOR;
    for (;;) {
        GifRecordType record;
        if (DGifGetRecordType(self->file, &record) == GIF_ERROR) return false;
        if (record == TERMINATE_RECORD_TYPE) return false;
        if (record == IMAGE_DESC_RECORD_TYPE) break;
        if (record == EXTENSION_RECORD_TYPE && !read_extension(self, &header->transparent)) return false;
    }
    if (DGifGetImageDesc(self->file) == GIF_ERROR) return false;
    header->screen_width = (uint32_t)self->file->SWidth;
    header->screen_height = (uint32_t)self->file->SHeight;
    header->left = (uint32_t)self->file->Image.Left;
    header->top = (uint32_t)self->file->Image.Top;
    header->width = (uint32_t)self->file->Image.Width;
    header->height = (uint32_t)self->file->Image.Height;
    header->is_interlaced = self->file->Image.Interlace;
    const ColorMapObject *map = self->file->Image.ColorMap ? self->file->Image.ColorMap : self->file->SColorMap;
    if (map) {
        header->colours = map->ColorCount < 256 ? map->ColorCount : 256;
        for (int index = 0; index < header->colours; index++) {
            header->palette[3 * index] = map->Colors[index].Red;
            header->palette[3 * index + 1] = map->Colors[index].Green;
            header->palette[3 * index + 2] = map->Colors[index].Blue;
        }
    }
    return true;
}

bool venule_gif_read_indices(venule_gif *self, uint8_t *indices, int count) {
    return DGifGetLine(self->file, indices, count) == GIF_OK;
}

const char *venule_gif_message(const venule_gif *self) {
    const char *text = GifErrorString(self->file->Error);
    return text ? text : "";
}

void venule_gif_close(venule_gif *self) {
    if (!self) return;
    int error = 0;
    DGifCloseFile(self->file, &error);
    free(self);
}
