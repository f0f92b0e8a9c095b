/// Venule's runtime for C: load a plan, describe it, run it.
///
/// A model may be shared by sessions on several threads. A session runs one inference at a time. Functions that can
/// fail return a venule_status and describe the failure in `failure`, which may be null.
#ifndef VENULE_H
#define VENULE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang diagnostic push
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
    VENULE_DOES_NOT_FIT = 4
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
    VENULE_ELEMENT_BOOL = 5
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

/// What a plan may ask for; one that asks for more is refused with VENULE_DOES_NOT_FIT before that memory is allocated.
/// A limit of 0 stands for the standard one.
typedef struct venule_limits {
    /// Of a session with the inputs and outputs of a run; the plan itself is apart. Standard: 64 GiB.
    size_t memoryBytes;
    /// Multiply-accumulates of a run. Standard: 10^15.
    uint64_t work;
} venule_limits;

/// Where a session's memory comes from. `allocate` returns null when there is none.
typedef struct venule_memory {
    void *(*VENULE_NONNULL allocate)(void *context, size_t byteCount, size_t alignment);
    void (*VENULE_NONNULL deallocate)(void *context, void *VENULE_NONNULL memory, size_t byteCount);
    void *context;
} venule_memory;

typedef struct venule_options {
    /// 0: as many as the process may use processors. 1: no other thread is started.
    uint32_t threads;
    /// Null: the C library's allocator.
    const venule_memory *memory;
} venule_options;

/// "1.2.3"
const char *venule_version(void);

/// Maps a plan file, which must not be changed in place while the model exists. `limits` may be null.
int32_t venule_model_open(
    const char *path, const venule_limits *limits, venule_model **model, venule_failure *failure);
/// A plan in memory at a multiple of 64 bytes, which stays unchanged while the model exists.
int32_t venule_model_borrow(
    const void *bytes, size_t byteCount, const venule_limits *limits, venule_model **model, venule_failure *failure);
/// Sessions keep what they need of it.
void venule_model_free(venule_model *model);

uint32_t venule_model_input_count(const venule_model *model);
uint32_t venule_model_output_count(const venule_model *model);
int32_t venule_model_input(const venule_model *model, uint32_t index, venule_tensor *tensor, venule_failure *failure);
int32_t venule_model_output(const venule_model *model, uint32_t index, venule_tensor *tensor, venule_failure *failure);

/// Allocates everything that running takes. `options` may be null.
int32_t venule_session_create(
    const venule_model *model, const venule_options *options, venule_session **session, venule_failure *failure);
/// Runs the whole batch. One pointer and one size in bytes for each input and output, in the order of the model;
/// outputs are written completely. Allocates nothing.
int32_t venule_session_run(
    venule_session *session, const void *const *inputs, const size_t *inputByteCounts, void *const *outputs,
    const size_t *outputByteCounts, venule_failure *failure);
void venule_session_free(venule_session *session);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif
