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
    case VENULE_UINT32:
    case VENULE_INT32: return 4;
    case VENULE_INT64:
    case VENULE_UINT64:
    case VENULE_FLOAT64: return 8;
    case VENULE_INT16:
    case VENULE_UINT16:
    case VENULE_FLOAT16:
    case VENULE_BFLOAT16: return 2;
    default: return 1;
    }
}

/// An element of any type of integers, or of bool, as 64 bits, of which those of uint64 have no sign. Kernels compute with
/// integers of every type by one and the same code, since networks spend no time on them.
INLINE int64_t load_integer(uint32_t element, const void *from, int64_t index) {
    switch (element) {
    case VENULE_INT8: return ((const int8_t *)from)[index];
    case VENULE_INT16: return ((const int16_t *)from)[index];
    case VENULE_INT32: return ((const int32_t *)from)[index];
    case VENULE_UINT16: return ((const uint16_t *)from)[index];
    case VENULE_UINT32: return ((const uint32_t *)from)[index];
    case VENULE_INT64:
    case VENULE_UINT64: return ((const int64_t *)from)[index];
    default: return ((const uint8_t *)from)[index];
    }
}

/// Stores the low bits of an integer.
INLINE void store_integer(uint32_t element, void *to, int64_t index, int64_t value) {
    switch (element_size(element)) {
    case 1: ((uint8_t *)to)[index] = (uint8_t)value; return;
    case 2: ((uint16_t *)to)[index] = (uint16_t)value; return;
    case 4: ((uint32_t *)to)[index] = (uint32_t)value; return;
    default: ((uint64_t *)to)[index] = (uint64_t)value;
    }
}

/// The integers of all types are in order once this is added to those of uint64.
INLINE uint64_t order_bias(uint32_t element) { return element == VENULE_UINT64 ? (uint64_t)1 << 63 : 0; }
INLINE int64_t ordered_integer(uint32_t element, const void *from, int64_t index) {
    return (int64_t)((uint64_t)load_integer(element, from, index) ^ order_bias(element));
}

/// The lowest and the highest number of a type of integers; those of uint64 as ordered_integer gives them.
INLINE int64_t lowest_integer(uint32_t element) {
    switch (element) {
    case VENULE_INT8: return INT8_MIN;
    case VENULE_INT16: return INT16_MIN;
    case VENULE_INT32: return INT32_MIN;
    case VENULE_INT64:
    case VENULE_UINT64: return INT64_MIN;
    default: return 0;
    }
}
INLINE int64_t highest_integer(uint32_t element) {
    switch (element) {
    case VENULE_INT8: return INT8_MAX;
    case VENULE_UINT8: return UINT8_MAX;
    case VENULE_INT16: return INT16_MAX;
    case VENULE_UINT16: return UINT16_MAX;
    case VENULE_INT32: return INT32_MAX;
    case VENULE_UINT32: return UINT32_MAX;
    case VENULE_BOOL: return 1;
    default: return INT64_MAX;
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
