// Joins sources along the channels. A source whose channels begin at a multiple of 16 is copied block by block. The
// lanes of any other source are shifted, so that a block of it goes into two blocks of the result.

/// Copies lanes [0, count) of `from` to lanes [lane, lane + count) of the block at `to` for each column.
INLINE void copy_lanes(const float *from, float *to, uint32_t lane, uint32_t count, const result_part *part) {
    for (size_t x = part->firstColumn; x < part->endColumn; x++)
        for (uint32_t l = 0; l < count; l++) to[x * VENULE_LANES + lane + l] = from[x * VENULE_LANES + l];
}

static void join_source(
    const venule_source *source, const venule_result *result, uint32_t firstChannel, const result_part *part) {
    for (uint32_t channel = 0; channel < source->layout.channels; channel += VENULE_LANES) {
        const size_t block = channel / VENULE_LANES;
        const float *from = source_row(source, part->row) + block * source->layout.blockStride;
        const uint32_t at = firstChannel + channel, lane = at % VENULE_LANES;
        float *to = part->out + (size_t)(at / VENULE_LANES) * result->layout.blockStride;
        const uint32_t lanes = least(source->layout.channels - channel, VENULE_LANES);
        if (lane == 0 && lanes == VENULE_LANES) {
            for (size_t x = part->firstColumn; x < part->endColumn; x++)
                store(to + x * VENULE_LANES, load(from + x * VENULE_LANES));
            continue;
        }
        const uint32_t here = least(lanes, VENULE_LANES - lane);
        copy_lanes(from, to, lane, here, part);
        if (here < lanes) copy_lanes(from + here, to + result->layout.blockStride, 0, lanes - here, part);
    }
}

/// All blocks of some columns: a source's block may touch two blocks of the result.
static void write_concatenation(const venule_step *step, const result_part *part) {
    const venule_result *result = &step->results[0];
    const uint32_t channels = result->layout.channels;
    if (channels % VENULE_LANES != 0) {
        float *last = part->out + (size_t)(block_count(channels) - 1) * result->layout.blockStride;
        for (size_t x = part->firstColumn; x < part->endColumn; x++) store(last + x * VENULE_LANES, splat(0.0f));
    }
    uint32_t channel = 0;
    for (uint32_t s = 0; s < step->sourceCount; s++) {
        join_source(&step->sources[s], result, channel, part);
        channel += step->sources[s].layout.channels;
    }
}

static void run_concatenation(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_rows(step, firstItem, endItem, write_concatenation);
}
