/// The calls of the system that the runtime needs. Only <stddef.h> and <stdint.h>, so that Embedded Swift can import
/// this header without a sysroot. Functions that can fail return 0 or an `errno` value.
#ifndef VENULE_PLATFORM_H
#define VENULE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

// MARK: Files

/// Bytes of a whole file: mapped read-only, or read into memory where the file system cannot map.
typedef struct venule_file {
    const void *_Nullable bytes;
    size_t byteCount;
    uint32_t isMapped;
} venule_file;

int32_t venule_file_map(const char *_Nonnull path, venule_file *_Nonnull file);
void venule_file_unmap(venule_file *_Nonnull file);

/// A file that is read from its beginning; `byteCount` is its size when it was opened.
typedef struct venule_reader {
    int32_t descriptor;
    uint64_t byteCount;
} venule_reader;

int32_t venule_reader_open(const char *_Nonnull path, venule_reader *_Nonnull reader);
/// Reads exactly `byteCount` bytes; `VENULE_END_OF_FILE` if the file ends before.
int32_t venule_reader_read(venule_reader *_Nonnull reader, void *_Nonnull bytes, size_t byteCount);
void venule_reader_close(venule_reader *_Nonnull reader);

/// No `errno` value: the file ended early.
#define VENULE_END_OF_FILE (-1)

typedef struct venule_bytes {
    const void *_Nullable bytes;
    size_t byteCount;
} venule_bytes;

/// Writes the parts one after the other to a temporary file beside `path`, then renames it: whoever opens `path` sees
/// the old content or all of the new. Whatever fails, no temporary file is left.
int32_t venule_file_write(const char *_Nonnull path, const venule_bytes *_Nonnull parts, uint32_t partCount);

/// A file on its way to a place, and the lock that keeps others from that place.
typedef struct venule_installation {
    char *_Nullable staged;
    int32_t descriptor;
} venule_installation;

/// Writes the bytes to `staged`, a file beside `path`, and to the disk. What is at `path` stays. EBUSY if another
/// process installs there, EISDIR, ELOOP or EINVAL if what is there is no regular file; nothing is left then.
int32_t venule_installation_stage(
    const char *_Nonnull path, const void *_Nullable bytes, size_t byteCount, venule_installation *_Nonnull installation);
/// Keeps what is at `path` as `previous`, and puts the staged file in its place. Killed at any moment, or without power,
/// the old file is at `path` or the new one, and so it is at `previous`. Ends the installation.
int32_t venule_installation_commit(
    const char *_Nonnull path, const char *_Nonnull previous, venule_installation *_Nonnull installation);
/// Ends it without a trace.
void venule_installation_abandon(venule_installation *_Nonnull installation);
/// Gives back what an installation holds; the two above do.
void venule_installation_end(venule_installation *_Nonnull installation);

/// Creates a directory unless it exists. Its parent must exist.
int32_t venule_directory_create(const char *_Nonnull path);

/// Writes all bytes to a descriptor (1: standard output, 2: standard error).
int32_t venule_descriptor_write(int32_t descriptor, const void *_Nullable bytes, size_t byteCount);

// MARK: Memory

/// Where a session's memory comes from. `allocate` returns null when there is none; `alignment` is a power of two.
typedef struct venule_allocator {
    void *_Nullable (*_Nonnull allocate)(void *_Nullable context, size_t byteCount, size_t alignment);
    void (*_Nonnull deallocate)(void *_Nullable context, void *_Nonnull memory, size_t byteCount);
    void *_Nullable context;
} venule_allocator;

/// The C library's allocator.
venule_allocator venule_allocator_system(void);

/// The largest resident set so far (VmHWM), in bytes; 0 where the system does not say.
uint64_t venule_peak_resident_bytes(void);

/// What the system says of memory, in bytes; 0 where it says nothing, or where there is no limit.
typedef struct venule_system_memory {
    uint64_t total, available;
    /// The least limit of the control groups that this process is in.
    uint64_t groupLimit;
    /// `ulimit -v`.
    uint64_t addressLimit;
    uint64_t pageBytes;
} venule_system_memory;

venule_system_memory venule_memory_of_system(void);

// MARK: Threads

/// Processors that this process may use; at least 1.
uint32_t venule_allowed_processors(void);

/// Runs items [firstItem, endItem) of a job on thread `thread`; 0 is the thread that called `venule_pool_run`.
typedef void (*venule_pool_body)(void *_Nonnull context, uint32_t firstItem, uint32_t endItem, uint32_t thread);

typedef struct venule_pool venule_pool;

/// A pool of `threads` threads of which the caller of `venule_pool_run` is one. Between jobs a worker spins for
/// `spinNanoseconds`, then sleeps until the next job.
int32_t venule_pool_create(
    uint32_t threads, uint64_t spinNanoseconds, const venule_allocator *_Nonnull allocator,
    venule_pool *_Nullable *_Nonnull pool);
/// Divides `itemCount` items among the threads; returns when all are done. One caller at a time.
void venule_pool_run(
    venule_pool *_Nonnull pool, uint32_t itemCount, venule_pool_body _Nonnull body, void *_Nonnull context);
void venule_pool_destroy(venule_pool *_Nonnull pool);

/// The most threads that a pool can have.
#define VENULE_POOL_MAXIMUM_THREADS 1024

/// Sets the flag and returns 1, or returns 0 if it is set already.
int32_t venule_flag_acquire(uint32_t *_Nonnull flag);
void venule_flag_release(uint32_t *_Nonnull flag);

// MARK: System

uint64_t venule_monotonic_nanoseconds(void);
/// An environment variable, or null.
const char *_Nullable venule_environment(const char *_Nonnull name);
/// The system's text for an `errno` value, cut to `byteCount` with its terminating zero.
void venule_error_text(int32_t code, char *_Nonnull text, size_t byteCount);

#endif
