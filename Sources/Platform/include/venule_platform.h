/// The calls of the system that the runtime needs. Only <stddef.h> and <stdint.h>, so that Embedded Swift can import
/// this header without a sysroot. Functions that can fail return 0 or an `errno` value.
#ifndef VENULE_PLATFORM_H
#define VENULE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

// MARK: Files

/// A regular file that is read; `byteCount` is its size when it was opened.
typedef struct venule_reader {
    int32_t descriptor;
    uint64_t byteCount;
} venule_reader;

int32_t venule_reader_open(const char *_Nonnull path, venule_reader *_Nonnull reader);
/// The file of a descriptor that stays the caller's.
int32_t venule_reader_duplicate(int32_t descriptor, venule_reader *_Nonnull reader);
/// Reads exactly `byteCount` bytes from `offset` on; `VENULE_END_OF_FILE` if the file ends before.
int32_t venule_reader_read(
    const venule_reader *_Nonnull reader, uint64_t offset, void *_Nullable bytes, size_t byteCount);
/// Maps all of a file that is not empty, read-only; not every file system can.
int32_t venule_reader_map(const venule_reader *_Nonnull reader, const void *_Nullable *_Nonnull bytes);
void venule_reader_close(venule_reader *_Nonnull reader);
void venule_unmap(const void *_Nonnull bytes, size_t byteCount);

/// No `errno` values: the file ended early; what is there is a symbolic link, or no regular file; the file is larger than the
/// caller reads; there is no file.
#define VENULE_END_OF_FILE (-1)
#define VENULE_SYMBOLIC_LINK (-2)
#define VENULE_NO_REGULAR_FILE (-3)
#define VENULE_FILE_TOO_LARGE (-4)
#define VENULE_NO_FILE (-5)

/// A file that is written under another name in the folder of its place and then renamed: whoever opens its path sees the old
/// content or all of the new. The name is a random one; a file that a killed process left behind stops nobody.
typedef struct venule_writer {
    /// -1 once the file is finished.
    int32_t descriptor;
    uint64_t token;
} venule_writer;

/// EISDIR, VENULE_SYMBOLIC_LINK or VENULE_NO_REGULAR_FILE where something is that must not be replaced.
int32_t venule_writer_open(const char *_Nonnull path, venule_writer *_Nonnull writer);
int32_t venule_writer_write(
    const venule_writer *_Nonnull writer, uint64_t offset, const void *_Nullable bytes, size_t byteCount);
/// Makes it a file without a name, which cannot be published.
int32_t venule_writer_remove_name(const venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Brings the file to the disk; then only publishing it may fail.
int32_t venule_writer_finish(venule_writer *_Nonnull writer);
/// Renames a finished file to its path, and brings that to the disk.
int32_t venule_writer_publish(venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Finishes and publishes; or removes the file where either fails.
int32_t venule_writer_commit(venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Removes it; one that is published stays.
void venule_writer_abandon(venule_writer *_Nonnull writer, const char *_Nonnull path);

/// Gives a file a second name, a random one in its folder, under which it stays when another takes its place. VENULE_NO_FILE
/// where there is none.
int32_t venule_file_keep(const char *_Nonnull path, uint64_t *_Nonnull token);
/// Puts the file that is kept back in its place.
void venule_file_restore(const char *_Nonnull path, uint64_t token);
/// Takes the second name away.
void venule_file_forget(const char *_Nonnull path, uint64_t token);
void venule_file_remove(const char *_Nonnull path);

/// A file on its way to a place, and the lock that keeps others from that place.
typedef struct venule_installation {
    char *_Nullable staged;
    int32_t descriptor;
} venule_installation;

/// Writes the bytes to `staged`, a file beside `path`, and to the disk. What is at `path` stays. EBUSY if another
/// process installs there, EISDIR, ELOOP or EINVAL if what is there is no regular file; nothing is left then.
int32_t venule_installation_stage(const char *_Nonnull path, const void *_Nullable bytes, size_t byteCount,
    venule_installation *_Nonnull installation);
/// Keeps what is at `path` as `previous`, and puts the staged file in its place. Killed at any moment, or without power,
/// the old file is at `path` or the new one, and so it is at `previous`. Ends the installation.
int32_t venule_installation_commit(
    const char *_Nonnull path, const char *_Nonnull previous, venule_installation *_Nonnull installation);
/// Gives a file a second name, as POSIX's `link`; not 0 where the file system cannot.
typedef int (*venule_link_function)(const char *_Nonnull path, const char *_Nonnull name);
/// The same with another way to give names, since tests run where the file system can.
int32_t venule_installation_commit_linking(const char *_Nonnull path, const char *_Nonnull previous,
    venule_installation *_Nonnull installation, venule_link_function _Nonnull make_link);
/// Ends it without a trace.
void venule_installation_abandon(venule_installation *_Nonnull installation);
/// Gives back what an installation holds; the two above do.
void venule_installation_end(venule_installation *_Nonnull installation);

/// Creates a directory, and those above it, unless they exist.
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

/// The largest resident set so far, in bytes (VmHWM; without /proc that of getrusage, which also counts what the process was
/// before it became this program).
uint64_t venule_peak_resident_bytes(void);

/// What the system says of memory, in bytes; 0 where it says nothing, or where there is no limit. Without /proc what is
/// available is not known, nor what control groups allow.
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
int32_t venule_pool_create(uint32_t threads, uint64_t spinNanoseconds, const venule_allocator *_Nonnull allocator,
    venule_pool *_Nullable *_Nonnull pool);
/// Divides `itemCount` items among the threads; returns when all are done. One caller at a time.
void venule_pool_run(
    venule_pool *_Nonnull pool, uint32_t itemCount, venule_pool_body _Nonnull body, void *_Nonnull context);
void venule_pool_destroy(venule_pool *_Nonnull pool);

/// The most threads that a pool can have.
#define VENULE_POOL_MAXIMUM_THREADS 1024

/// A word that several threads look at.
uint32_t venule_word_load(const uint32_t *_Nonnull word);
/// Replaces the word and returns 1 if it is as expected, else returns 0.
int32_t venule_word_replace(uint32_t *_Nonnull word, uint32_t expected, uint32_t replacement);

// MARK: System

uint64_t venule_monotonic_nanoseconds(void);
/// An environment variable, or null.
const char *_Nullable venule_environment(const char *_Nonnull name);
/// The system's text for an `errno` value, cut to `byteCount` with its terminating zero.
void venule_error_text(int32_t code, char *_Nonnull text, size_t byteCount);

#endif
