// Pooling over windows. Rows outside the image are null and take no part, and neither do columns outside: they count
// neither as −∞ nor as 0.

/// How many positions of a window along one axis count in an average if padding counts: those inside the padded
/// image.
INLINE uint32_t padded_positions(
    int64_t start, uint32_t kernel, uint32_t dilation, int64_t before, int64_t size, int64_t after) {
    uint32_t count = 0;
    for (uint32_t k = 0; k < kernel; k++) {
        const int64_t at = start + (int64_t)k * dilation;
        count += at >= -before && at < size + after;
    }
    return count;
}

/// Kernel positions [first, end) along one axis that lie inside an image of `size`.
typedef struct {
    uint32_t first, end;
} window_range;

INLINE window_range inside_window(int64_t start, uint32_t kernel, uint32_t dilation, int64_t size) {
    int64_t first = start < 0 ? (-start + dilation - 1) / dilation : 0;
    int64_t end = start < size ? (size - start + dilation - 1) / dilation : 0;
    if (end > kernel) end = kernel;
    if (first > end) first = end;
    return (window_range){(uint32_t)first, (uint32_t)end};
}

static void pool_pixel(
    const venule_step *step, uint32_t row, uint32_t column, uint32_t block, window_range rows, float *out) {
    const venule_pooling *p = step->parameters;
    const venule_source *source = &step->sources[0];
    const int64_t top = (int64_t)row * p->strideHeight - p->paddingTop;
    const int64_t left = (int64_t)column * p->strideWidth - p->paddingLeft;
    const vint mask = channel_mask(source->layout.channels, block);
    const window_range columns = inside_window(left, p->kernelWidth, p->dilationWidth, source->layout.width);
    const size_t next = (size_t)p->dilationWidth * VENULE_LANES;
    vfloat all = splat(p->kind == 0 ? -__builtin_inff() : 0.0f);
    for (uint32_t r = rows.first; r < rows.end && columns.first < columns.end; r++) {
        const float *in = source_row(source, top + (int64_t)r * p->dilationHeight)
            + (size_t)block * source->layout.blockStride
            + (left + (int64_t)columns.first * p->dilationWidth) * VENULE_LANES;
        if (p->kind == 0) {
            vfloat line = load(in);
            for (uint32_t c = columns.first + 1; c < columns.end; c++) line = larger(line, load(in += next));
            all = larger(all, line);
        } else {
            for (uint32_t c = columns.first; c < columns.end; c++, in += next) all += load(in);
        }
    }
    if (p->kind != 0) {
        uint32_t divisor = (rows.end - rows.first) * (columns.end - columns.first);
        if (p->countsPadding && divisor > 0)
            divisor = padded_positions(top, p->kernelHeight, p->dilationHeight, p->paddingTop, source->layout.height,
                          p->paddingBottom)
                * padded_positions(
                    left, p->kernelWidth, p->dilationWidth, p->paddingLeft, source->layout.width, p->paddingRight);
        all = all / (float)most(divisor, 1);
    }
    // A window without any position inside the image gives −∞, but padded lanes must not hold that.
    store(out, masked(all, mask));
}

static void write_pooling(const venule_step *step, const result_part *part) {
    const venule_pooling *p = step->parameters;
    const int64_t top = (int64_t)part->row * p->strideHeight - p->paddingTop;
    const window_range rows = inside_window(top, p->kernelHeight, p->dilationHeight, step->sources[0].layout.height);
    for (uint32_t column = part->firstColumn; column < part->endColumn; column++)
        pool_pixel(step, part->row, column, part->block, rows, part->out + (size_t)column * VENULE_LANES);
}

static void run_pooling(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_pooling);
}
