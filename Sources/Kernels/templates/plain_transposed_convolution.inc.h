// A transposed convolution whose weights are computed: kernel [kh, kw, filters / groups, channels]. Every result element
// gathers the source elements that meet it.

/// An item is a row of the result.
static uint32_t count_plain_transposed_convolution(const venule_step *step) { return count_plain_convolution(step); }

/// The source position that kernel position `at` meets result position `result` from, −1 for none.
INLINE int64_t met_position(
    int64_t result, int64_t at, int64_t stride, int64_t dilation, int64_t padding, int64_t size) {
    const int64_t reach = result + padding - at * dilation;
    if (reach < 0 || reach % stride != 0 || reach / stride >= size) return -1;
    return reach / stride;
}

static float gather_at(const venule_step *step, const float *image, int64_t y, int64_t x, int64_t filter) {
    const venule_plain_convolution *p = step->parameters;
    const venule_plain_window *w = &p->window;
    const int64_t groupFilters = p->filters / p->groups, groupChannels = w->channels / p->groups;
    const int64_t firstChannel = filter / groupFilters * groupChannels;
    const float *kernel = plain_source(step, 1);
    vfloat sum = splat(step->sourceCount == 3 ? ((const float *)plain_source(step, 2))[filter] : 0.0f);
    for (int64_t r = 0; r < w->kernelHeight; r++) {
        const int64_t row = met_position(y, r, w->strideHeight, w->dilationHeight, w->paddingTop, w->height);
        if (row < 0) continue;
        for (int64_t s = 0; s < w->kernelWidth; s++) {
            const int64_t column = met_position(x, s, w->strideWidth, w->dilationWidth, w->paddingLeft, w->width);
            if (column < 0) continue;
            const float *in = image + (row * w->width + column) * w->channels + firstChannel;
            const float *weights =
                kernel + ((r * w->kernelWidth + s) * groupFilters + filter % groupFilters) * w->channels + firstChannel;
            for (int64_t c = 0; c < groupChannels; c++) sum = fused(splat(in[c]), splat(weights[c]), sum);
        }
    }
    return sum[0];
}

static void run_plain_transposed_convolution(
    const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    run_plain_filters(step, firstItem, endItem, gather_at);
}
