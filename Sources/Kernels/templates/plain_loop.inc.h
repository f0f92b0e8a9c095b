// What kernels on plain tensors have in common: access to their operands, and a walk along nested loops that may
// begin at any position, so that threads can share the positions.

INLINE const void *plain_source(const venule_step *step, uint32_t index) { return step->sources[index].rows[0]; }
INLINE void *plain_result(const venule_step *step) { return step->results[0].rows[0]; }
INLINE uint32_t plain_element(const venule_step *step, uint32_t index) { return step->sources[index].layout.element; }

/// How many positions of a loop one item has.
#define PLAIN_CHUNK 8192u

INLINE uint32_t chunk_count(uint64_t positions) { return (uint32_t)((positions + PLAIN_CHUNK - 1) / PLAIN_CHUNK); }
INLINE uint64_t chunk_start(uint32_t item) { return (uint64_t)item * PLAIN_CHUNK; }
INLINE uint64_t chunk_end(uint32_t item, uint64_t positions) {
    const uint64_t end = ((uint64_t)item + 1) * PLAIN_CHUNK;
    return end < positions ? end : positions;
}

INLINE uint32_t count_result_chunks(const venule_step *step) {
    return chunk_count(step->results[0].layout.elementCount);
}

/// The plan's verifier bounds the product.
INLINE uint64_t loop_positions(const venule_loop *loop) {
    uint64_t positions = 1;
    for (int axis = 0; axis < VENULE_AXES; axis++) positions *= (uint64_t)loop->counts[axis];
    return positions;
}

/// The caller walks along the last axis itself, a run of positions at a time.
#define LAST_AXIS (VENULE_AXES - 1)
#define PLAIN_VIEWS 3

typedef struct {
    const venule_loop *loop;
    const venule_view *views[PLAIN_VIEWS];
    int viewCount;
    int32_t index[VENULE_AXES];
    /// The number of the element of each view at the current position.
    int64_t offsets[PLAIN_VIEWS];
    uint64_t left;
    /// The number of positions in the current run; 0 at the end.
    uint64_t run;
} plain_walk;

INLINE void measure_run(plain_walk *walk) {
    const uint64_t rest = (uint64_t)(walk->loop->counts[LAST_AXIS] - walk->index[LAST_AXIS]);
    walk->run = rest < walk->left ? rest : walk->left;
}

/// Begins at position `first`; `end` is at most the number of positions of the loop.
static void begin_walk(plain_walk *walk, const venule_loop *loop, const venule_view *const *views, int viewCount,
    uint64_t first, uint64_t end) {
    walk->loop = loop;
    walk->viewCount = viewCount;
    walk->left = end - first;
    for (int axis = LAST_AXIS; axis >= 0; axis--) {
        const uint64_t count = (uint64_t)loop->counts[axis];
        walk->index[axis] = count ? (int32_t)(first % count) : 0;
        first = count ? first / count : 0;
    }
    for (int view = 0; view < viewCount; view++) {
        walk->views[view] = views[view];
        walk->offsets[view] = views[view]->offset;
        for (int axis = 0; axis < VENULE_AXES; axis++)
            walk->offsets[view] += (int64_t)walk->index[axis] * views[view]->strides[axis];
    }
    measure_run(walk);
}

INLINE void move_along(plain_walk *walk, int axis, int64_t steps) {
    for (int view = 0; view < walk->viewCount; view++) walk->offsets[view] += steps * walk->views[view]->strides[axis];
}

/// Goes to the run behind the current one.
__attribute__((unused)) static void next_run(plain_walk *walk) {
    walk->left -= walk->run;
    if (walk->left == 0) {
        walk->run = 0;
        return;
    }
    walk->index[LAST_AXIS] += (int32_t)walk->run;
    move_along(walk, LAST_AXIS, (int64_t)walk->run);
    for (int axis = LAST_AXIS; axis > 0 && walk->index[axis] == walk->loop->counts[axis]; axis--) {
        move_along(walk, axis, -(int64_t)walk->index[axis]);
        walk->index[axis] = 0;
        walk->index[axis - 1]++;
        move_along(walk, axis - 1, 1);
    }
    measure_run(walk);
}

/// Bytes of an element.
INLINE size_t element_size(uint32_t element) {
    switch (element) {
    case VENULE_FLOAT32:
    case VENULE_INT32: return 4;
    case VENULE_INT64: return 8;
    default: return 1;
    }
}

/// Applies `activate` to any number of floats, in place.
static void activate_floats(const venule_activation *activation, float *floats, size_t count) {
    if (activation->function == FUNCTION_IDENTITY) return;
    const vint all = splat_int(-1);
    activate(activation, floats, floats, count / VENULE_LANES, all);
    const size_t done = count / VENULE_LANES * VENULE_LANES;
    if (done == count) return;
    float rest[VENULE_LANES] = {0.0f};
    for (size_t i = done; i < count; i++) rest[i - done] = floats[i];
    activate(activation, rest, rest, 1, all);
    for (size_t i = done; i < count; i++) floats[i] = rest[i - done];
}
