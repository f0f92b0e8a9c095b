// Where the rows or columns of a resized image lie in the source. Integers, the same as those of PlanFormat's AxisSampling, by which
// the compiler and the loader know which rows a step reads.

/// The position that element `at` of the result reads, times the axis's divisor.
INLINE int64_t sampled_dividend(const venule_axis_sampling *axis, uint32_t at) {
    return axis->scale * at + axis->offset;
}

/// The source element at or before that position, which may be outside of the image.
INLINE int64_t sampled_floor(const venule_axis_sampling *axis, uint32_t at) {
    return floored_quotient(sampled_dividend(axis, at), axis->divisor);
}
