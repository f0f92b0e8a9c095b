#include "venule_webp.h"

#include <stdlib.h>
#include <webp/decode.h>
#include <webp/demux.h>

struct venule_webp {
    WebPDemuxer *demuxer;
    WebPIterator frame;
    bool has_frame;
    WebPChunkIterator exif;
    bool has_exif;
};

venule_webp *venule_webp_open(const uint8_t *bytes, size_t count, venule_webp_header *header) {
    struct venule_webp *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    WebPData data = {bytes, count};
    self->demuxer = WebPDemux(&data);
    self->has_frame = self->demuxer && WebPDemuxGetFrame(self->demuxer, 1, &self->frame);
    WebPBitstreamFeatures features;
    if (!self->has_frame || !self->frame.complete
        || WebPGetFeatures(self->frame.fragment.bytes, self->frame.fragment.size, &features) != VP8_STATUS_OK
        || features.width != self->frame.width || features.height != self->frame.height) {
        venule_webp_close(self);
        return NULL;
    }
    header->width = WebPDemuxGetI(self->demuxer, WEBP_FF_CANVAS_WIDTH);
    header->height = WebPDemuxGetI(self->demuxer, WEBP_FF_CANVAS_HEIGHT);
    header->left = (uint32_t)self->frame.x_offset;
    header->top = (uint32_t)self->frame.y_offset;
    header->frame_width = (uint32_t)self->frame.width;
    header->frame_height = (uint32_t)self->frame.height;
    header->has_alpha = features.has_alpha != 0;
    self->has_exif = WebPDemuxGetChunk(self->demuxer, "EXIF", 1, &self->exif);
    return self;
}

int venule_webp_decode(const venule_webp *self, uint8_t *samples, size_t size, uint32_t frame_width) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return VP8_STATUS_INVALID_PARAM;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = samples;
    config.output.u.RGBA.stride = (int)(4 * frame_width);
    config.output.u.RGBA.size = size;
    return WebPDecode(self->frame.fragment.bytes, self->frame.fragment.size, &config);
}

const uint8_t *venule_webp_exif(const venule_webp *self, size_t *count) {
    if (!self->has_exif) return NULL;
    *count = self->exif.chunk.size;
    return self->exif.chunk.bytes;
}

void venule_webp_close(venule_webp *self) {
    if (!self) return;
    if (self->has_exif) WebPDemuxReleaseChunkIterator(&self->exif);
    if (self->has_frame) WebPDemuxReleaseIterator(&self->frame);
    WebPDemuxDelete(self->demuxer);
    free(self);
}
