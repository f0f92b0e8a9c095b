/// Finds the vessels of a fundus photograph with Venule's C interface: a plan file, and whole buffers.
///
///     segment PLAN PHOTOGRAPH.ppm MAP.pgm [THREADS]
///
/// The photograph is a binary PPM (P6, 8 bits) of exactly the plan's size; the map is a PGM of the last output, 255 times
/// the probability. Build it with: cc segment.c -lvenule -lm -lpthread
#include <venule.h>

#include "pnm.h"

#include <stdlib.h>

static int fail(const char *place, const char *text) {
    fprintf(stderr, "segment: %s: %s\n", place, text);
    return 1;
}

/// Sides of a tensor of images in the order [batch][height][width][channels].
enum {
    BATCH,
    HEIGHT,
    WIDTH,
    CHANNELS
};

static int is_image(const venule_tensor *tensor, uint32_t channels) {
    return tensor->element == VENULE_ELEMENT_FLOAT32 && tensor->layout == VENULE_LAYOUT_NHWC
        && tensor->shape[BATCH] == 1 && tensor->shape[CHANNELS] == channels;
}

static int read_photograph(const char *path, const venule_tensor *input, float *pixels) {
    FILE *file = open_photograph(path, input->shape[WIDTH], input->shape[HEIGHT]);
    if (file == NULL) return fail(path, "is no 8-bit P6 file of the plan's size");
    int isWhole = read_samples(file, pixels, input->byteCount / sizeof *pixels);
    fclose(file);
    return isWhole ? 0 : fail(path, "ends early");
}

static int write_map(const char *path, const venule_tensor *output, const float *probabilities) {
    FILE *file = create_map(path, output->shape[WIDTH], output->shape[HEIGHT]);
    if (file == NULL) return fail(path, "cannot be written");
    write_probabilities(file, probabilities, output->byteCount / sizeof *probabilities);
    return fclose(file) == 0 ? 0 : fail(path, "cannot be written");
}

/// Runs the model once; every output gets memory, the last one is the finest map.
static int segment(venule_model *model, venule_session *session, const char *photograph, const char *map) {
    venule_failure failure;
    venule_tensor input, output;
    uint32_t outputCount = venule_model_output_count(model);
    if (venule_model_input_count(model) != 1) return fail(photograph, "the plan has more than one input");
    if (venule_model_input(model, 0, &input, &failure) != VENULE_OK) return fail("input", failure.text);
    if (!is_image(&input, 3)) return fail(photograph, "the plan does not take one RGB image");

    venule_output *outputs = calloc(outputCount, sizeof *outputs);
    float *pixels = malloc(input.byteCount);
    int result = outputs == NULL || pixels == NULL ? fail(photograph, "out of memory") : 0;
    for (uint32_t index = 0; index < outputCount && result == 0; index++) {
        if (venule_model_output(model, index, &output, &failure) != VENULE_OK) result = fail("output", failure.text);
        else if ((outputs[index].bytes = malloc(output.byteCount)) == NULL) result = fail("output", "out of memory");
        else outputs[index].byteCount = output.byteCount;
    }
    if (result == 0 && !is_image(&output, 1)) result = fail("output", "is no map of one channel");
    if (result == 0) result = read_photograph(photograph, &input, pixels);
    venule_input inputs[] = {{.bytes = pixels, .byteCount = input.byteCount}};
    venule_run run = VENULE_RUN_INIT;
    run.inputs = inputs;
    run.outputs = outputs;
    if (result == 0 && venule_session_run(session, &run, NULL, &failure) != VENULE_OK)
        result = fail("run", failure.text);
    if (result == 0) result = write_map(map, &output, outputs[outputCount - 1].bytes);
    for (uint32_t index = 0; outputs != NULL && index < outputCount; index++) free(outputs[index].bytes);
    free(outputs);
    free(pixels);
    return result;
}

int main(int argumentCount, char **arguments) {
    if (argumentCount < 4) return fail("usage", "segment PLAN PHOTOGRAPH.ppm MAP.pgm [THREADS]");
    venule_failure failure;
    venule_model *model;
    venule_session *session;
    if (venule_model_open(arguments[1], NULL, &model, &failure) != VENULE_OK) return fail(arguments[1], failure.text);
    venule_options options = VENULE_OPTIONS_INIT;
    if (argumentCount > 4) options.threads = (uint32_t)atoi(arguments[4]);
    int result;
    if (venule_session_create(model, &options, &session, &failure) != VENULE_OK) {
        result = fail(arguments[1], failure.text);
    } else {
        result = segment(model, session, arguments[2], arguments[3]);
        venule_session_free(session);
    }
    venule_model_free(model);
    return result;
}
