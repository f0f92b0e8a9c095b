// Where the largest element of each pooling window lies in the tensor [N, C, H, W]; −1 for a window outside the image.

/// An item is a row of the result.
static uint32_t count_plain_pooling_positions(const venule_step *step) { return count_plain_convolution(step); }

#define FIND_IN_WINDOW(code, type)                                                                                     \
    case code: {                                                                                                       \
        const type *in = plain_source(step, 0);                                                                        \
        for (int64_t r = 0; r < w->kernelHeight; r++) {                                                                \
            const int64_t row = y * w->strideHeight + r * w->dilationHeight - w->paddingTop;                           \
            if (row < 0 || row >= w->height) continue;                                                                 \
            for (int64_t s = 0; s < w->kernelWidth; s++) {                                                             \
                const int64_t column = x * w->strideWidth + s * w->dilationWidth - w->paddingLeft;                     \
                if (column < 0 || column >= w->width) continue;                                                        \
                const int64_t at = ((n * w->height + row) * w->width + column) * w->channels + c;                      \
                if (best >= 0 && !(in[at] > in[best])) continue;                                                       \
                best = at;                                                                                             \
                bestRow = row;                                                                                         \
                bestColumn = column;                                                                                   \
            }                                                                                                          \
        }                                                                                                              \
        break;                                                                                                         \
    }

static int64_t largest_in_window(const venule_step *step, int64_t n, int64_t y, int64_t x, int64_t c) {
    const venule_plain_pooling_positions *p = step->parameters;
    const venule_plain_window *w = &p->window;
    int64_t best = -1, bestRow = 0, bestColumn = 0;
    switch (plain_element(step, 0)) {
        FIND_IN_WINDOW(VENULE_FLOAT32, float)
        FIND_IN_WINDOW(VENULE_UINT8, uint8_t)
        FIND_IN_WINDOW(VENULE_INT8, int8_t)
    }
    if (best < 0) return -1;
    const int64_t plane = (n * w->channels + c) * w->height * w->width;
    return plane + (p->columnMajor ? bestColumn * w->height + bestRow : bestRow * w->width + bestColumn);
}
#undef FIND_IN_WINDOW

static void run_plain_pooling_positions(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_window *w = step->parameters;
    const uint64_t rowElements = (uint64_t)w->resultWidth * (uint64_t)w->channels;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const int64_t n = item / (uint32_t)w->resultHeight, y = item % (uint32_t)w->resultHeight;
        int64_t *out = (int64_t *)plain_result(step) + item * rowElements;
        for (uint64_t i = 0; i < rowElements; i++)
            out[i] = largest_in_window(
                step, n, y, (int64_t)(i / (uint64_t)w->channels), (int64_t)(i % (uint64_t)w->channels));
    }
}
