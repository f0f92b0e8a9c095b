/// Venule's runtime for C: load a plan, describe it, run it.
///
/// A model may be shared by sessions on several threads. A session runs one inference at a time. Functions that can
/// fail return a venule_status and describe the failure in `failure`, which may be null. There is no global state, and
/// nothing is printed.
///
/// What stays stable. From version 0.1.0 on, a program that was compiled with one version of this file and linked with
/// libvenule.so.0 runs with every later libvenule.so.0. That is, as long as the number behind ".so." stays the same:
///   - functions keep their parameters and what they do, constants keep their values, and structs keep their members;
///   - venule_model_options, venule_options and venule_run may get further members, at their ends. Their first member,
///     structSize, is their size as the program was compiled with it; members beyond it are 0, and 0 is what was there before;
///   - there may be further functions, statuses, events, log levels, layouts and types of elements. A status that a program
///     does not know is a failure like the others. Types, layouts and events that a program does not know come only from plans
///     or options that are newer than it.
/// A program that needs a function of a later version does not start with an earlier library. Texts, in failures and logs,
/// are for people and may change. A plan of version 0.1.0 or later can be loaded by every later version.
#ifndef VENULE_H
#define VENULE_H

#include <stddef.h>
#include <stdint.h>

/// The version of this file; venule_version() is that of the library.
#define VENULE_VERSION "0.1.0"
#define VENULE_VERSION_MAJOR 0
#define VENULE_VERSION_MINOR 1
#define VENULE_VERSION_PATCH 0

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#pragma clang diagnostic ignored "-Wnullability-completeness"
#define VENULE_NONNULL _Nonnull
#else
#define VENULE_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum venule_status {
    VENULE_OK = 0,
    /// The caller's mistake: arguments, buffers, files that cannot be opened.
    VENULE_USAGE = 1,
    /// The plan needs something that this runtime does not have.
    VENULE_UNSUPPORTED = 2,
    VENULE_CORRUPT = 3,
    /// Memory or threads do not suffice.
    VENULE_DOES_NOT_FIT = 4,
    /// venule_session_cancel ended the run.
    VENULE_CANCELLED = 6,
    /// One of the caller's functions ended the run.
    VENULE_ENDED_BY_CALLBACK = 7
} venule_status;

typedef struct venule_failure {
    int32_t status;
    /// UTF-8, zero-terminated, cut where it is longer.
    char text[508];
} venule_failure;

typedef struct venule_model venule_model;
typedef struct venule_session venule_session;

/// The type of a tensor's elements, in the machine's byte order.
typedef enum venule_element_type {
    VENULE_ELEMENT_FLOAT32 = 0,
    VENULE_ELEMENT_INT32 = 1,
    VENULE_ELEMENT_INT64 = 2,
    VENULE_ELEMENT_UINT8 = 3,
    VENULE_ELEMENT_INT8 = 4,
    /// One byte: 0, or anything else for true in an input and 1 in an output.
    VENULE_ELEMENT_BOOL = 5,
    VENULE_ELEMENT_INT16 = 6,
    VENULE_ELEMENT_UINT16 = 7,
    VENULE_ELEMENT_UINT32 = 8,
    VENULE_ELEMENT_UINT64 = 9,
    /// Of IEEE 754; a plan computes with float32 instead.
    VENULE_ELEMENT_FLOAT16 = 10,
    /// The upper half of a float32; a plan computes with float32 instead.
    VENULE_ELEMENT_BFLOAT16 = 11,
    /// A plan computes with float32 instead.
    VENULE_ELEMENT_FLOAT64 = 12
} venule_element_type;

/// What the axes of a tensor mean, where the plan knows.
typedef enum venule_tensor_layout {
    VENULE_LAYOUT_PLAIN = 0,
    /// [batch][height][width][channels]
    VENULE_LAYOUT_NHWC = 1,
    /// [batch][channels][height][width]
    VENULE_LAYOUT_NCHW = 2
} venule_tensor_layout;

#define VENULE_LARGEST_RANK 8

/// An input or output: a dense tensor, the last axis innermost.
typedef struct venule_tensor {
    /// UTF-8, not zero-terminated; valid as long as the model.
    const char *name;
    size_t nameByteCount;
    /// A venule_element_type and a venule_tensor_layout.
    int32_t element, layout;
    /// Axes, and their sides; 0 for a scalar.
    uint32_t rank;
    uint32_t shape[VENULE_LARGEST_RANK];
    /// Of the whole tensor, which begins at a multiple of an element's size.
    size_t byteCount;
} venule_tensor;

/// Where memory comes from. `allocate` returns null when there is none; `alignment` is a power of two.
typedef struct venule_memory {
    void *(*VENULE_NONNULL allocate)(void *context, size_t byteCount, size_t alignment);
    void (*VENULE_NONNULL deallocate)(void *context, void *VENULE_NONNULL memory, size_t byteCount);
    void *context;
} venule_memory;

typedef enum venule_log_level {
    /// What a function that failed also says in `failure`.
    VENULE_LOG_ERROR = 1,
    /// A deadline that has passed.
    VENULE_LOG_WARNING = 2,
    /// What was loaded, and with which kernels, threads and memory it runs.
    VENULE_LOG_INFORMATION = 3
} venule_log_level;

/// Who is told what happens. Called on the thread of the caller; nothing else is ever printed.
typedef struct venule_log {
    /// `text` is zero-terminated UTF-8 without a line break, valid during the call.
    void (*VENULE_NONNULL write)(void *context, int32_t level, const char *VENULE_NONNULL text);
    void *context;
} venule_log;

/// The library's version, such as "1.2.3".
const char *venule_version(void);

// MARK: Models

/// VENULE_MODEL_OPTIONS_INIT are the defaults.
typedef struct venule_model_options {
    /// sizeof(venule_model_options); any other number is a mistake, VENULE_USAGE.
    size_t structSize;
    /// What a plan may ask for; one that asks for more is refused with VENULE_DOES_NOT_FIT before that memory is allocated.
    /// Bytes of a session with the inputs and outputs of a run; the plan itself is apart. 0: 64 GiB.
    size_t memoryLimit;
    /// Multiply-accumulates of a run. 0: 10^15.
    uint64_t workLimit;
    /// 1: a file is read into memory, so that it does not matter what happens to it afterwards. 0: it is mapped; it must
    /// not be changed in place while the model exists.
    uint32_t readsFile;
    /// Where copies of a plan lie; null: the C library's allocator. The model's own description, some kilobytes, and the
    /// threads' stacks are never asked for here. What these two point to is copied; their contexts must outlive the model.
    const venule_memory *memory;
    /// Null: nobody is told. Sessions of this model tell it too.
    const venule_log *log;
} venule_model_options;

#define VENULE_MODEL_OPTIONS_INIT                                                                                      \
    { sizeof(venule_model_options), 0, 0, 0, NULL, NULL }

/// A plan file. `options` may be null, here and below.
int32_t venule_model_open(
    const char *path, const venule_model_options *options, venule_model **model, venule_failure *failure);
/// The whole regular file of a descriptor, which is not closed, and may be closed afterwards.
int32_t venule_model_open_descriptor(
    int32_t descriptor, const venule_model_options *options, venule_model **model, venule_failure *failure);
/// A plan in memory at a multiple of 64 bytes, which stays unchanged while the model exists.
int32_t venule_model_borrow(const void *bytes, size_t byteCount, const venule_model_options *options,
    venule_model **model, venule_failure *failure);
/// A copy of a plan in memory.
int32_t venule_model_copy(const void *bytes, size_t byteCount, const venule_model_options *options,
    venule_model **model, venule_failure *failure);
/// Sessions keep what they need of it.
void venule_model_free(venule_model *model);

uint32_t venule_model_input_count(const venule_model *model);
uint32_t venule_model_output_count(const venule_model *model);
int32_t venule_model_input(const venule_model *model, uint32_t index, venule_tensor *tensor, venule_failure *failure);
/// Outputs come in the order in which a network that refines its result gives them: the newest is the last.
int32_t venule_model_output(const venule_model *model, uint32_t index, venule_tensor *tensor, venule_failure *failure);

// MARK: Sessions

/// VENULE_OPTIONS_INIT are the defaults.
typedef struct venule_options {
    /// sizeof(venule_options); any other number is a mistake, VENULE_USAGE.
    size_t structSize;
    /// 0: as many as the process may use processors. 1: no other thread is started.
    uint32_t threads;
    /// Where all that running takes lies; null: the C library's allocator. Copied; its context must outlive the session.
    const venule_memory *memory;
} venule_options;

#define VENULE_OPTIONS_INIT                                                                                            \
    { sizeof(venule_options), 0, NULL }

/// Allocates everything that running takes. `options` may be null.
int32_t venule_session_create(
    const venule_model *model, const venule_options *options, venule_session **session, venule_failure *failure);
/// Not while another thread is in one of the functions below.
void venule_session_free(venule_session *session);

/// What venule_session_advance stopped for.
typedef enum venule_event {
    /// The run is over; `entry` is the newest output that has all of its rows.
    VENULE_FINISHED = 0,
    /// Write these rows of an input to `bytes`. Every row of an image is asked for at most once, in order; rows that no output
    /// depends on are not asked for.
    VENULE_INPUT_ROWS = 1,
    /// Read these rows of an output, and do not write them. Every row of an image comes once, in order.
    VENULE_OUTPUT_ROWS = 2
} venule_event;

/// Rows of one image of an input or output, each [width][channels], or [channels][width] of a tensor in NCHW. A tensor that
/// is no image is one row, with all of it.
typedef struct venule_rows {
    /// A venule_event.
    int32_t event;
    /// Which input or output, and which image of the batch.
    uint32_t entry, image;
    uint32_t firstRow, rowCount;
    size_t rowByteCount;
    /// The rows, one after the other without a gap, at a multiple of 16 bytes; the caller's until the run goes on.
    void *bytes;
} venule_rows;

/// Takes part in a run, on its caller's thread. Anything but 0 ends the run with VENULE_ENDED_BY_CALLBACK.
typedef int32_t (*venule_rows_function)(void *context, const venule_rows *rows);

/// Where an input comes from in a run.
typedef struct venule_input {
    /// The whole tensor, dense; or null for rows.
    const void *bytes;
    size_t byteCount;
    /// Called when rows are needed; null: venule_session_advance returns for them.
    venule_rows_function pull;
    void *context;
} venule_input;

/// Where an output goes in a run.
typedef struct venule_output {
    /// The whole tensor, dense, which is written completely; or null for rows.
    void *bytes;
    size_t byteCount;
    /// Called when rows are finished; null: venule_session_advance returns for them.
    venule_rows_function push;
    void *context;
} venule_output;

/// What to run. VENULE_RUN_INIT, with inputs and outputs, runs all.
typedef struct venule_run {
    /// sizeof(venule_run); any other number is a mistake, VENULE_USAGE.
    size_t structSize;
    /// One for each input of the model, and one for each output that is asked for.
    const venule_input *inputs;
    const venule_output *outputs;
    /// Only this many outputs are made, the first ones, and nothing is computed that only later ones need. 0: all.
    uint32_t outputCount;
    /// From the start of the run; 0: none. When it has passed only the missing rows of the first output are still made, so it
    /// is no hard limit. An output that is not finished has some of its rows.
    uint64_t deadlineNanoseconds;
} venule_run;

#define VENULE_RUN_INIT                                                                                                \
    { sizeof(venule_run), NULL, NULL, 0, 0 }

/// Runs the whole batch; each input and output has bytes or a function. Allocates nothing. `newestOutput`, which may be
/// null, gets the newest output that has all of its rows: the last one, unless the deadline has passed.
int32_t venule_session_run(
    venule_session *session, const venule_run *run, uint32_t *newestOutput, venule_failure *failure);

/// Starts a run that venule_session_advance goes through. Bytes of inputs and outputs stay where they are until it is over;
/// `run` itself is copied.
int32_t venule_session_start(venule_session *session, const venule_run *run, venule_failure *failure);
/// Goes on until rows are needed or finished, or the run is over. Allocates nothing. A failure ends the run.
int32_t venule_session_advance(venule_session *session, venule_rows *rows, venule_failure *failure);
/// Gives up a run that was started and is not over; without one there is nothing to do.
int32_t venule_session_stop(venule_session *session, venule_failure *failure);

/// Ends the run that is under way, from any thread or a callback: it returns VENULE_CANCELLED soon, and the session can
/// be used again. A run that begins later is not touched.
void venule_session_cancel(venule_session *session);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif
