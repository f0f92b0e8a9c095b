// A convolution whose weights are computed: images NHWC, kernel [kh, kw, channels / groups, filters]. It is simple
// rather than quick; convolutions with constant weights have kernels on blocked rows.

/// An item is a row of the result.
static uint32_t count_plain_convolution(const venule_step *step) {
    const venule_plain_window *w = step->parameters;
    return step->results[0].layout.elementCount ? (uint32_t)((uint64_t)w->images * (uint64_t)w->resultHeight) : 0;
}

/// The sum over the window at (y, x) for one filter, added up one product after the other in the kernel's order.
static float convolve_at(const venule_step *step, const float *image, int64_t y, int64_t x, int64_t filter) {
    const venule_plain_convolution *p = step->parameters;
    const venule_plain_window *w = &p->window;
    const int64_t groupChannels = w->channels / p->groups,
                  firstChannel = filter / (p->filters / p->groups) * groupChannels;
    const float *kernel = plain_source(step, 1);
    vfloat sum = splat(step->sourceCount == 3 ? ((const float *)plain_source(step, 2))[filter] : 0.0f);
    for (int64_t r = 0; r < w->kernelHeight; r++) {
        const int64_t row = y * w->strideHeight + r * w->dilationHeight - w->paddingTop;
        if (row < 0 || row >= w->height) continue;
        for (int64_t s = 0; s < w->kernelWidth; s++) {
            const int64_t column = x * w->strideWidth + s * w->dilationWidth - w->paddingLeft;
            if (column < 0 || column >= w->width) continue;
            const float *in = image + (row * w->width + column) * w->channels + firstChannel;
            const float *weights = kernel + (r * w->kernelWidth + s) * groupChannels * p->filters + filter;
            for (int64_t c = 0; c < groupChannels; c++) sum = fused(splat(in[c]), splat(weights[c * p->filters]), sum);
        }
    }
    return sum[0];
}

/// One element of the result, before the activation, at an image, row, column and filter.
typedef float (*plain_filter_function)(
    const venule_step *step, const float *image, int64_t y, int64_t x, int64_t filter);

/// Computes rows of the result of a convolution or of a transposed one.
INLINE void run_plain_filters(
    const venule_step *step, uint32_t firstItem, uint32_t endItem, plain_filter_function compute) {
    const venule_plain_convolution *p = step->parameters;
    const venule_plain_window *w = &p->window;
    const uint64_t filters = (uint64_t)p->filters, rowFloats = (uint64_t)w->resultWidth * filters;
    const uint64_t imageFloats = (uint64_t)w->height * (uint64_t)w->width * (uint64_t)w->channels;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint64_t n = item / (uint32_t)w->resultHeight, y = item % (uint32_t)w->resultHeight;
        const float *image = (const float *)plain_source(step, 0) + n * imageFloats;
        float *out = (float *)plain_result(step) + item * rowFloats;
        for (uint64_t i = 0; i < rowFloats; i++)
            out[i] = compute(step, image, (int64_t)y, (int64_t)(i / filters), (int64_t)(i % filters));
        activate_floats(&p->activation, out, rowFloats);
    }
}

static void run_plain_convolution(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    run_plain_filters(step, firstItem, endItem, convolve_at);
}
