// Products of dense matrices. For each element of a result, the products are added to one sum, in order.

/// An item is a row of a product.
static uint32_t count_plain_matrix_multiplication(const venule_step *step) {
    const venule_plain_matrix_multiplication *p = step->parameters;
    if (step->results[0].layout.elementCount == 0) return 0;
    return (uint32_t)(loop_positions(&p->loop) * (uint64_t)p->rows);
}

/// 16 weights, from number `at` on.
INLINE vfloat load_weights(uint32_t type, const void *weights, size_t at) {
    if (type == VENULE_WEIGHTS_FLOAT16) return load_float16((const uint16_t *)weights + at);
    if (type == VENULE_WEIGHTS_BFLOAT16) return load_bfloat16((const uint16_t *)weights + at);
    return load((const float *)weights + at);
}

/// One weight, in every lane.
INLINE vfloat load_weight(uint32_t type, const void *weights, size_t at) {
    if (type == VENULE_WEIGHTS_FLOAT32) return splat(((const float *)weights)[at]);
    uint16_t one[VENULE_LANES];
    for (int lane = 0; lane < VENULE_LANES; lane++) one[lane] = ((const uint16_t *)weights)[at];
    return load_weights(type, one, 0);
}

INLINE void multiply_row(const venule_plain_matrix_multiplication *p, uint32_t type, const float *left,
    const void *right, const float *bias, float *out) {
    const size_t columns = (size_t)p->columns;
    size_t column = 0;
    for (; column + VENULE_LANES <= columns; column += VENULE_LANES) {
        vfloat sum = bias ? load(bias + column) : splat(0.0f);
        for (size_t k = 0; k < (size_t)p->depth; k++)
            sum = fused(splat(left[k]), load_weights(type, right, k * columns + column), sum);
        store(out + column, sum);
    }
    for (; column < columns; column++) {
        // A whole vector is used even for one number, because the target is known to have fused multiply-add for
        // vectors.
        vfloat sum = splat(bias ? bias[column] : 0.0f);
        for (size_t k = 0; k < (size_t)p->depth; k++)
            sum = fused(splat(left[k]), load_weight(type, right, k * columns + column), sum);
        out[column] = sum[0];
    }
    activate_floats(&p->activation, out, columns);
}

static void run_plain_matrix_multiplication(
    const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_matrix_multiplication *p = step->parameters;
    const venule_view *const views[] = {&p->left, &p->right};
    const uint32_t type = p->weights, matrices = type == VENULE_WEIGHTS_FLOAT32 ? 2 : 1;
    const float *bias = step->sourceCount > matrices ? plain_source(step, matrices) : NULL;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint64_t product = item / (uint32_t)p->rows, row = item % (uint32_t)p->rows;
        plain_walk walk;
        begin_walk(&walk, &p->loop, views, 2, product, product + 1);
        const float *left = (const float *)plain_source(step, 0) + walk.offsets[0] + row * (uint64_t)p->depth;
        float *out = (float *)plain_result(step) + (uint64_t)item * (uint64_t)p->columns;
        switch (type) {
        case VENULE_WEIGHTS_FLOAT16:
            multiply_row(p, VENULE_WEIGHTS_FLOAT16, left, step->constants[0], bias, out);
            break;
        case VENULE_WEIGHTS_BFLOAT16:
            multiply_row(p, VENULE_WEIGHTS_BFLOAT16, left, step->constants[0], bias, out);
            break;
        default: {
            const float *right = (const float *)plain_source(step, 1) + walk.offsets[1];
            multiply_row(p, VENULE_WEIGHTS_FLOAT32, left, right, bias, out);
        }
        }
    }
}
