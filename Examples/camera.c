/// An application that has a camera: lines come when the camera has them, and go straight into the run, which is resumed
/// when there are enough. The plan is in memory, memory is the application's, and a watchdog on another thread can end the
/// run.
///
///     camera PLAN PHOTOGRAPH.ppm MAP.pgm [CANCEL]
///
/// The photograph stands for the camera. With CANCEL a first frame is cancelled by the other thread before it is complete.
#include <venule.h>

#include "pnm.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH,
    HEIGHT,
    WIDTH,
    CHANNELS
};

static int fail(const char *place, const char *text) {
    fprintf(stderr, "camera: %s: %s\n", place, text);
    return 1;
}

// MARK: What the application provides

/// Counts what is in use; an application would hand out memory that it has set aside.
static void *allocate(void *context, size_t byteCount, size_t alignment) {
    void *memory = aligned_alloc(alignment < 64 ? 64 : alignment, (byteCount + 63) / 64 * 64);
    if (memory != NULL) *(size_t *)context += byteCount;
    return memory;
}

static void deallocate(void *context, void *memory, size_t byteCount) {
    *(size_t *)context -= byteCount;
    free(memory);
}

static void write_log(void *context, int32_t level, const char *text) {
    fprintf(context, "camera: %s: %s\n", level == VENULE_LOG_ERROR ? "error" : "venule", text);
}

/// The whole file at a multiple of 64, as a plan that is linked into a program would be.
static void *read_plan(const char *path, size_t *byteCount) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    void *bytes = size > 0 ? aligned_alloc(64, ((size_t)size + 63) / 64 * 64) : NULL;
    if (bytes != NULL && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *byteCount = (size_t)size;
    return bytes;
}

// MARK: A frame

typedef struct frame {
    venule_session *session;
    FILE *map;
    /// What the run waits for, and how many of those rows are there.
    venule_rows wanted;
    uint32_t rowsThere;
} frame;

/// Goes on until the run waits for lines or is over; finished rows of the last output leave at once.
static int32_t resume(frame *frame, uint32_t lastOutput, venule_failure *failure) {
    int32_t status;
    while ((status = venule_session_advance(frame->session, &frame->wanted, failure)) == VENULE_OK) {
        const venule_rows *rows = &frame->wanted;
        if (rows->event != VENULE_OUTPUT_ROWS) break;
        if (rows->entry == lastOutput)
            write_probabilities(frame->map, rows->bytes, rows->rowCount * rows->rowByteCount / sizeof(float));
    }
    frame->rowsThere = 0;
    return status;
}

static void *watch(void *session) {
    venule_session_cancel(session);
    return NULL;
}

/// One frame, line by line as the camera gives them. With `isCancelled` the other thread ends it after its first lines.
static int32_t run_frame(frame *frame, const venule_tensor *input, uint32_t outputCount, FILE *camera, int isCancelled,
    venule_failure *failure) {
    static const venule_input byAdvance;
    venule_output *outputs = calloc(outputCount, sizeof *outputs);
    if (outputs == NULL) return VENULE_DOES_NOT_FIT;
    venule_run run = {.structSize = sizeof run, .inputs = &byAdvance, .outputs = outputs};
    int32_t status = venule_session_start(frame->session, &run, failure);
    free(outputs);
    if (status == VENULE_OK) status = resume(frame, outputCount - 1, failure);
    for (uint32_t line = 0; line < input->shape[HEIGHT] && status == VENULE_OK; line++) {
        // The line goes where the run will read it; there is no buffer between.
        char *place = (char *)frame->wanted.bytes + frame->rowsThere * frame->wanted.rowByteCount;
        if (!read_samples(camera, (float *)place, frame->wanted.rowByteCount / sizeof(float))) {
            venule_session_stop(frame->session, failure);
            return VENULE_USAGE;
        }
        if (isCancelled && line == input->shape[HEIGHT] / 2) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, watch, frame->session) == 0) pthread_join(thread, NULL);
        }
        if (++frame->rowsThere == frame->wanted.rowCount) status = resume(frame, outputCount - 1, failure);
    }
    return status;
}

static int run_camera(venule_model *model, frame *frame, char **arguments, int cancelsFirst) {
    venule_failure failure = {0};
    venule_tensor input, output;
    uint32_t outputCount = venule_model_output_count(model);
    if (venule_model_input(model, 0, &input, &failure) != VENULE_OK) return fail("input", failure.text);
    if (venule_model_output(model, outputCount - 1, &output, &failure) != VENULE_OK)
        return fail("output", failure.text);
    if (input.layout != VENULE_LAYOUT_NHWC || input.element != VENULE_ELEMENT_FLOAT32 || input.shape[CHANNELS] != 3)
        return fail("input", "is no RGB image");
    int result = 0;
    for (int isCancelled = cancelsFirst; isCancelled >= 0 && result == 0; isCancelled--) {
        FILE *camera = open_photograph(arguments[2], input.shape[WIDTH], input.shape[HEIGHT]);
        if (camera == NULL) return fail(arguments[2], "is no 8-bit P6 file of the plan's size");
        frame->map = create_map(arguments[3], output.shape[WIDTH], output.shape[HEIGHT]);
        if (frame->map == NULL) {
            result = fail(arguments[3], "cannot be written");
        } else {
            int32_t status = run_frame(frame, &input, outputCount, camera, isCancelled, &failure);
            if (fclose(frame->map) != 0) result = fail(arguments[3], "cannot be written");
            // The session can be used again after a cancellation.
            if (status != (isCancelled ? VENULE_CANCELLED : VENULE_OK)) result = fail("run", failure.text);
        }
        fclose(camera);
    }
    return result;
}

int main(int argumentCount, char **arguments) {
    if (argumentCount < 4) return fail("usage", "camera PLAN PHOTOGRAPH.ppm MAP.pgm [CANCEL]");
    size_t planBytes = 0, inUse = 0;
    void *plan = read_plan(arguments[1], &planBytes);
    if (plan == NULL) return fail(arguments[1], "cannot be read");
    venule_memory memory = {.allocate = allocate, .deallocate = deallocate, .context = &inUse};
    venule_log log = {.write = write_log, .context = stderr};
    venule_model_options modelOptions = {.structSize = sizeof modelOptions, .memory = &memory, .log = &log};
    venule_options options = {.structSize = sizeof options, .threads = 2, .memory = &memory};
    venule_failure failure;
    venule_model *model;
    frame frame = {0};
    int result;
    if (venule_model_borrow(plan, planBytes, &modelOptions, &model, &failure) != VENULE_OK) {
        result = fail(arguments[1], failure.text);
    } else {
        if (venule_session_create(model, &options, &frame.session, &failure) != VENULE_OK) {
            result = fail("session", failure.text);
        } else {
            result = run_camera(model, &frame, arguments, argumentCount > 4);
            venule_session_free(frame.session);
        }
        venule_model_free(model);
    }
    free(plan);
    if (inUse != 0) result = fail("memory", "not all was given back");
    return result;
}
