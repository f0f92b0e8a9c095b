// What works along the middle axis of [outer, axis, inner] works on lines, which are numbered in the order of their
// first elements. An item has as many lines as make a chunk.

/// 0 where the result has no elements.
INLINE uint64_t line_count(const venule_step *step, const venule_plain_line *line) {
    return step->results[0].layout.elementCount ? (uint64_t)line->outer * (uint64_t)line->inner : 0;
}

INLINE uint64_t lines_per_item(const venule_plain_line *line) {
    return (uint32_t)line->axis >= PLAIN_CHUNK ? 1 : PLAIN_CHUNK / (uint32_t)line->axis;
}

INLINE uint32_t count_line_items(const venule_step *step, const venule_plain_line *line) {
    const uint64_t lines = line_count(step, line);
    if (lines == 0) return 0;
    const uint64_t each = lines_per_item(line);
    return (uint32_t)((lines + each - 1) / each);
}

/// The line behind the last one of the items in front of `endItem`.
INLINE uint64_t end_line(const venule_step *step, const venule_plain_line *line, uint32_t endItem) {
    const uint64_t lines = line_count(step, line), end = endItem * lines_per_item(line);
    return end < lines ? end : lines;
}

/// The number of a line's first element in a tensor with `axis` entries along the axis.
INLINE uint64_t line_start(const venule_plain_line *line, uint64_t number, int32_t axis) {
    const uint64_t outer = number / (uint64_t)line->inner, inner = number % (uint64_t)line->inner;
    return outer * (uint64_t)axis * (uint64_t)line->inner + inner;
}
