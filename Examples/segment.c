/// Finds the vessels of a fundus photograph with Venule's C interface.
///
///     segment PLAN PHOTOGRAPH.ppm MAP.pgm [THREADS]
///
/// The photograph is a binary PPM (P6, 8 bits) of exactly the plan's size; the map is a PGM of the last output, 255 times
/// the probability. Build it with: cc segment.c -lvenule -lm -lpthread
#include <venule.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *place, const char *text) {
    fprintf(stderr, "segment: %s: %s\n", place, text);
    return 1;
}

/// Sides of a tensor of images in the order [batch][height][width][channels].
enum { BATCH, HEIGHT, WIDTH, CHANNELS };

static int is_image(const venule_tensor *tensor, uint32_t channels) {
    return tensor->element == VENULE_ELEMENT_FLOAT32 && tensor->layout == VENULE_LAYOUT_NHWC && tensor->shape[BATCH] == 1
        && tensor->shape[CHANNELS] == channels;
}

/// Reads a PPM into floats between 0 and 1.
static int read_photograph(const char *path, const venule_tensor *input, float *pixels) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return fail(path, "cannot be opened");
    unsigned width, height;
    size_t count = (size_t)input->shape[HEIGHT] * input->shape[WIDTH] * 3;
    int result = 0;
    if (fscanf(file, "P6 %u %u 255", &width, &height) != 2 || fgetc(file) == EOF)
        result = fail(path, "is no 8-bit P6 file");
    else if (width != input->shape[WIDTH] || height != input->shape[HEIGHT])
        result = fail(path, "has another size than the plan's input");
    for (size_t index = 0; index < count && result == 0; index++) {
        int byte = fgetc(file);
        if (byte == EOF) result = fail(path, "ends early");
        else pixels[index] = (float)byte / 255;
    }
    fclose(file);
    return result;
}

static int write_map(const char *path, const venule_tensor *output, const float *probabilities) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) return fail(path, "cannot be written");
    fprintf(file, "P5\n%u %u\n255\n", output->shape[WIDTH], output->shape[HEIGHT]);
    size_t count = (size_t)output->shape[HEIGHT] * output->shape[WIDTH];
    for (size_t index = 0; index < count; index++) fputc((int)(probabilities[index] * 255 + 0.5f), file);
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

    void **outputs = calloc(outputCount, sizeof *outputs);
    size_t *byteCounts = calloc(outputCount, sizeof *byteCounts);
    float *pixels = malloc(input.byteCount);
    int result = outputs == NULL || byteCounts == NULL || pixels == NULL ? fail(photograph, "out of memory") : 0;
    for (uint32_t index = 0; index < outputCount && result == 0; index++) {
        if (venule_model_output(model, index, &output, &failure) != VENULE_OK) result = fail("output", failure.text);
        else if ((outputs[index] = malloc(output.byteCount)) == NULL) result = fail("output", "out of memory");
        else byteCounts[index] = output.byteCount;
    }
    if (result == 0 && !is_image(&output, 1)) result = fail("output", "is no map of one channel");
    if (result == 0) result = read_photograph(photograph, &input, pixels);
    const void *inputs[] = {pixels};
    if (result == 0 && venule_session_run(session, inputs, &input.byteCount, outputs, byteCounts, &failure) != VENULE_OK)
        result = fail("run", failure.text);
    if (result == 0) result = write_map(map, &output, outputs[outputCount - 1]);
    for (uint32_t index = 0; outputs != NULL && index < outputCount; index++) free(outputs[index]);
    free(outputs);
    free(byteCounts);
    free(pixels);
    return result;
}

int main(int argumentCount, char **arguments) {
    if (argumentCount < 4) return fail("usage", "segment PLAN PHOTOGRAPH.ppm MAP.pgm [THREADS]");
    venule_failure failure;
    venule_model *model;
    venule_session *session;
    if (venule_model_open(arguments[1], NULL, &model, &failure) != VENULE_OK) return fail(arguments[1], failure.text);
    venule_options options = {.threads = argumentCount > 4 ? (uint32_t)atoi(arguments[4]) : 0, .memory = NULL};
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
