// Functions of one element, and scaling and shifting of each channel.

static void write_elementwise(const venule_step *step, const result_part *part) {
    const size_t first = (size_t)part->firstColumn * VENULE_LANES;
    activate(step->parameters, source_of_part(&step->sources[0], part->row, part) + first, part->out + first,
        part->endColumn - part->firstColumn, part_mask(step, part));
}

static void run_elementwise(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_elementwise);
}

static void write_scale_shift(const venule_step *step, const result_part *part) {
    const vint mask = part_mask(step, part);
    const vfloat scale = masked(load(step->constants[0] + (size_t)part->block * VENULE_LANES), mask);
    const vfloat shift = masked(load(step->constants[1] + (size_t)part->block * VENULE_LANES), mask);
    const float *in = source_of_part(&step->sources[0], part->row, part);
    for (size_t x = part->firstColumn; x < part->endColumn; x++)
        store(part->out + x * VENULE_LANES, fused(load(in + x * VENULE_LANES), scale, shift));
    activate_part(step->parameters, part, mask);
}

static void run_scale_shift(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    write_blocks(step, firstItem, endItem, write_scale_shift);
}
