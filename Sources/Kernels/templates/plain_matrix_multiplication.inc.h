// Products of dense matrices. Each element of a result has one accumulator, to which the products are added in order.

/// An item is a row of a product.
static uint32_t count_plain_matrix_multiplication(const venule_step *step) {
    const venule_plain_matrix_multiplication *p = step->parameters;
    if (step->results[0].layout.elementCount == 0) return 0;
    return (uint32_t)(loop_positions(&p->loop) * (uint64_t)p->rows);
}

static void multiply_row(
    const venule_plain_matrix_multiplication *p, const float *left, const float *right, const float *bias, float *out
) {
    const size_t columns = (size_t)p->columns;
    size_t column = 0;
    for (; column + VENULE_LANES <= columns; column += VENULE_LANES) {
        vfloat sum = bias ? load(bias + column) : splat(0.0f);
        for (size_t k = 0; k < (size_t)p->depth; k++)
            sum = fused(splat(left[k]), load(right + k * columns + column), sum);
        store(out + column, sum);
    }
    for (; column < columns; column++) {
        // As a vector, whose fused multiply-add the target is known to have.
        vfloat sum = splat(bias ? bias[column] : 0.0f);
        for (size_t k = 0; k < (size_t)p->depth; k++) sum = fused(splat(left[k]), splat(right[k * columns + column]), sum);
        out[column] = sum[0];
    }
    activate_floats(&p->activation, out, columns);
}

static void run_plain_matrix_multiplication(const venule_step *step, uint32_t firstItem, uint32_t endItem, float *scratch) {
    (void)scratch;
    const venule_plain_matrix_multiplication *p = step->parameters;
    const venule_view *const views[] = {&p->left, &p->right};
    const float *bias = step->sourceCount == 3 ? plain_source(step, 2) : NULL;
    for (uint32_t item = firstItem; item < endItem; item++) {
        const uint64_t product = item / (uint32_t)p->rows, row = item % (uint32_t)p->rows;
        plain_walk walk;
        begin_walk(&walk, &p->loop, views, 2, product, product + 1);
        multiply_row(p, (const float *)plain_source(step, 0) + walk.offsets[0] + row * (uint64_t)p->depth,
                     (const float *)plain_source(step, 1) + walk.offsets[1], bias,
                     (float *)plain_result(step) + (uint64_t)item * (uint64_t)p->columns);
    }
}
