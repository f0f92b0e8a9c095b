/// Uses venule.h as strict compilers of C and C++ see it: scripts/test-header.sh compiles this by each of their standards.
#include <venule.h>

/// A second time, as when two other headers include it.
#include <venule.h>

#if !defined(VENULE_VERSION) || VENULE_VERSION_MAJOR < 0 || VENULE_VERSION_MINOR < 0 || VENULE_VERSION_PATCH < 0
#error "the version is no number that the preprocessor can compare"
#endif

static void *allocate(void *context, size_t byteCount, size_t alignment) {
    (void)context;
    return byteCount > alignment ? context : NULL;
}

static void deallocate(void *context, void *memory, size_t byteCount) {
    (void)context;
    (void)memory;
    (void)byteCount;
}

static void write_log(void *context, int32_t level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static int32_t exchange(void *context, const venule_rows *rows) {
    return context != NULL && rows->event == VENULE_FINISHED;
}

int main(void) {
    venule_memory memory = {allocate, deallocate, NULL};
    venule_log log = {write_log, NULL};
    venule_model_options modelOptions = VENULE_MODEL_OPTIONS_INIT;
    venule_options options = VENULE_OPTIONS_INIT;
    venule_run run = VENULE_RUN_INIT;
    venule_input input = {NULL, 0, exchange, NULL};
    venule_output output = {NULL, 0, exchange, NULL};
    venule_failure failure;
    venule_model *model = NULL;
    venule_session *session = NULL;
    venule_tensor tensor;
    venule_rows rows;
    uint32_t newest = 0;
    int32_t status;
    modelOptions.memory = &memory;
    modelOptions.log = &log;
    options.threads = 1;
    options.memory = &memory;
    run.inputs = &input;
    run.outputs = &output;
    status = venule_model_open("plan", &modelOptions, &model, &failure);
    if (status == VENULE_OK) status = venule_model_open_descriptor(0, &modelOptions, &model, &failure);
    if (status == VENULE_OK) status = venule_model_borrow(NULL, 0, &modelOptions, &model, &failure);
    if (status == VENULE_OK) status = venule_model_copy(NULL, 0, &modelOptions, &model, &failure);
    if (status == VENULE_OK && venule_model_input_count(model) > 0)
        status = venule_model_input(model, 0, &tensor, &failure);
    if (status == VENULE_OK && venule_model_output_count(model) > 0)
        status = venule_model_output(model, 0, &tensor, &failure);
    if (status == VENULE_OK) status = venule_session_create(model, &options, &session, &failure);
    if (status == VENULE_OK) status = venule_session_run(session, &run, &newest, &failure);
    if (status == VENULE_OK) status = venule_session_start(session, &run, &failure);
    if (status == VENULE_OK) status = venule_session_advance(session, &rows, &failure);
    if (status == VENULE_OK) status = venule_session_stop(session, &failure);
    venule_session_cancel(session);
    venule_session_free(session);
    venule_model_free(model);
    return venule_version()[0] == VENULE_VERSION[0] ? (int)status : 1;
}
