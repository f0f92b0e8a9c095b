/// Finds the vessels of a photograph without ever holding it or its map whole: rows are pulled from one file and pushed
/// into another by functions. The plan is opened as a descriptor.
///
///     stream PLAN PHOTOGRAPH.ppm MAP.pgm [OUTPUT [DEADLINE-MS]]
///
/// OUTPUT, from 1 on, is the output that is wanted; later ones are not computed. With a deadline an earlier one may be all
/// that there is time for: then the map's name is that of the newest output that is complete, and its number is printed.
#include <venule.h>

#include "pnm.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BATCH,
    HEIGHT,
    WIDTH,
    CHANNELS,
    MOST_OUTPUTS = 16
};

static int fail(const char *place, const char *text) {
    fprintf(stderr, "stream: %s: %s\n", place, text);
    return 1;
}

/// The run calls this when it comes to these rows.
static int32_t pull(void *context, const venule_rows *rows) {
    return read_samples(context, rows->bytes, rows->rowCount * rows->rowByteCount / sizeof(float)) ? 0 : -1;
}

/// And this when it has finished these. They come in order.
static int32_t push(void *context, const venule_rows *rows) {
    write_probabilities(context, rows->bytes, rows->rowCount * rows->rowByteCount / sizeof(float));
    return ferror(context) ? -1 : 0;
}

/// Each output has a file of its own until it is known which is the newest that is complete.
static int run_streaming(venule_session *session, const venule_tensor *outputs, uint32_t count, FILE *photograph,
    const char *map, uint64_t deadline) {
    venule_failure failure;
    venule_input input = {.pull = pull, .context = photograph};
    venule_output pushed[MOST_OUTPUTS] = {0};
    char names[MOST_OUTPUTS][512];
    int result = 0;
    for (uint32_t index = 0; index < count; index++) {
        snprintf(names[index], sizeof names[index], "%s.%u", map, index);
        pushed[index].push = push;
        pushed[index].context = create_map(names[index], outputs[index].shape[WIDTH], outputs[index].shape[HEIGHT]);
        if (pushed[index].context == NULL) result = fail(names[index], "cannot be written");
    }
    uint32_t newest = 0;
    venule_run run = {.structSize = sizeof run,
        .inputs = &input,
        .outputs = pushed,
        .outputCount = count,
        .deadlineNanoseconds = deadline};
    if (result == 0 && venule_session_run(session, &run, &newest, &failure) != VENULE_OK)
        result = fail("run", failure.text);
    for (uint32_t index = 0; index < count; index++) {
        if (pushed[index].context == NULL) continue;
        if (fclose(pushed[index].context) != 0 && result == 0) result = fail(names[index], "cannot be written");
        if (result != 0 || index != newest) remove(names[index]);
        else if (rename(names[index], map) != 0) result = fail(map, "cannot be written");
    }
    if (result == 0) printf("output %u of %u\n", newest + 1, count);
    return result;
}

static int stream(venule_model *model, char **arguments, int argumentCount) {
    venule_failure failure;
    venule_tensor input, outputs[MOST_OUTPUTS];
    uint32_t count = argumentCount > 4 ? (uint32_t)atoi(arguments[4]) : venule_model_output_count(model);
    if (count < 1 || count > MOST_OUTPUTS) return fail("output", "is none of the plan's");
    for (uint32_t index = 0; index < count; index++) {
        if (venule_model_output(model, index, &outputs[index], &failure) != VENULE_OK)
            return fail("output", failure.text);
        if (outputs[index].layout != VENULE_LAYOUT_NHWC || outputs[index].shape[CHANNELS] != 1)
            return fail("output", "is no map");
    }
    if (venule_model_input(model, 0, &input, &failure) != VENULE_OK) return fail("input", failure.text);
    if (input.layout != VENULE_LAYOUT_NHWC || input.element != VENULE_ELEMENT_FLOAT32 || input.shape[CHANNELS] != 3)
        return fail("input", "is no RGB image");
    FILE *photograph = open_photograph(arguments[2], input.shape[WIDTH], input.shape[HEIGHT]);
    if (photograph == NULL) return fail(arguments[2], "is no 8-bit P6 file of the plan's size");
    venule_session *session;
    int result;
    if (venule_session_create(model, NULL, &session, &failure) != VENULE_OK) {
        result = fail("session", failure.text);
    } else {
        uint64_t deadline = argumentCount > 5 ? strtoull(arguments[5], NULL, 10) * 1000000 : 0;
        result = run_streaming(session, outputs, count, photograph, arguments[3], deadline);
        venule_session_free(session);
    }
    fclose(photograph);
    return result;
}

int main(int argumentCount, char **arguments) {
    if (argumentCount < 4) return fail("usage", "stream PLAN PHOTOGRAPH.ppm MAP.pgm [OUTPUT [DEADLINE-MS]]");
    venule_failure failure;
    venule_model *model;
    int descriptor = open(arguments[1], O_RDONLY);
    if (descriptor < 0) return fail(arguments[1], "cannot be opened");
    int32_t status = venule_model_open_descriptor(descriptor, NULL, &model, &failure);
    close(descriptor);
    if (status != VENULE_OK) return fail(arguments[1], failure.text);
    int result = stream(model, arguments, argumentCount);
    venule_model_free(model);
    return result;
}
