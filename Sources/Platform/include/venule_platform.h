/// The calls of the system that the runtime needs. The header includes nothing but <stddef.h> and <stdint.h>, so that Embedded
/// Swift can import it without a sysroot. Functions that can fail return 0 or an `errno` value.
#ifndef VENULE_PLATFORM_H
#define VENULE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

// MARK: Files

/// A regular file that is open for reading; `byteCount` is its size when it was opened.
typedef struct venule_reader {
    int32_t descriptor;
    uint64_t byteCount;
} venule_reader;

int32_t venule_reader_open(const char *_Nonnull path, venule_reader *_Nonnull reader);
/// Uses the file of a descriptor, which stays the caller's.
int32_t venule_reader_duplicate(int32_t descriptor, venule_reader *_Nonnull reader);
/// Reads exactly `byteCount` bytes from `offset` on. The error is `VENULE_END_OF_FILE` if the file ends before that.
int32_t venule_reader_read(
    const venule_reader *_Nonnull reader, uint64_t offset, void *_Nullable bytes, size_t byteCount);
/// Maps all of a file that is not empty, read-only. Not every file system can do that.
int32_t venule_reader_map(const venule_reader *_Nonnull reader, const void *_Nullable *_Nonnull bytes);
void venule_reader_close(venule_reader *_Nonnull reader);
void venule_unmap(const void *_Nonnull bytes, size_t byteCount);

/// These are not values of `errno`: the file ended early; what is there is a symbolic link; what is there is not a regular
/// file.
#define VENULE_END_OF_FILE (-1)
#define VENULE_SYMBOLIC_LINK (-2)
#define VENULE_NO_REGULAR_FILE (-3)

/// A file that is written under another name in the same folder and then renamed, so that whoever opens its path sees the old
/// content or all of the new content. The other name is random, so that a file which a killed process has left behind is in
/// nobody's way.
typedef struct venule_writer {
    /// -1 after the file is finished.
    int32_t descriptor;
    uint64_t token;
} venule_writer;

/// Opens the file. The error is EISDIR, VENULE_SYMBOLIC_LINK or VENULE_NO_REGULAR_FILE if there is something at the path that
/// must not be replaced.
int32_t venule_writer_open(const char *_Nonnull path, venule_writer *_Nonnull writer);
int32_t venule_writer_write(
    const venule_writer *_Nonnull writer, uint64_t offset, const void *_Nullable bytes, size_t byteCount);
/// Removes the file's name. It can still be written and read, but not published.
int32_t venule_writer_remove_name(const venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Brings the file to the disk. After that, only publishing it can fail.
int32_t venule_writer_finish(venule_writer *_Nonnull writer);
/// Renames a finished file to its path, and brings the new name to the disk.
int32_t venule_writer_publish(venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Finishes and publishes the file, or removes it if either fails.
int32_t venule_writer_commit(venule_writer *_Nonnull writer, const char *_Nonnull path);
/// Removes the file unless it has been published.
void venule_writer_abandon(venule_writer *_Nonnull writer, const char *_Nonnull path);

/// A plan that is being installed at a place, and the lock that keeps other processes from installing there.
typedef struct venule_installation {
    char *_Nullable staged;
    int32_t descriptor;
} venule_installation;

/// Writes the bytes to `staged`, a file beside `path`, and brings it to the disk. What is at `path` stays as it is. The error
/// is EBUSY if another process is installing there, and EISDIR, ELOOP or EINVAL if what is there is not a regular file; then
/// nothing is left behind.
int32_t venule_installation_stage(const char *_Nonnull path, const void *_Nullable bytes, size_t byteCount,
    venule_installation *_Nonnull installation);
/// Keeps the file at `path` as `previous` and puts the staged file in its place. If the process is killed or the power fails at
/// any moment, the old file or the new one is at `path`, and the same is true of `previous`. This ends the installation.
int32_t venule_installation_commit(
    const char *_Nonnull path, const char *_Nonnull previous, venule_installation *_Nonnull installation);
/// Gives a file a second name, as POSIX's `link` does. The result is not 0 if the file system cannot do that.
typedef int (*venule_link_function)(const char *_Nonnull path, const char *_Nonnull name);
/// The same with another function that gives names, since tests run on file systems that have hard links.
int32_t venule_installation_commit_linking(const char *_Nonnull path, const char *_Nonnull previous,
    venule_installation *_Nonnull installation, venule_link_function _Nonnull make_link);
/// Ends the installation and removes the staged file.
void venule_installation_abandon(venule_installation *_Nonnull installation);
/// Frees what an installation holds. The two functions above do this.
void venule_installation_end(venule_installation *_Nonnull installation);

/// Creates a folder unless it exists. The folder that it is in must exist.
int32_t venule_directory_create(const char *_Nonnull path);

/// Writes all bytes to a descriptor (1: standard output, 2: standard error).
int32_t venule_descriptor_write(int32_t descriptor, const void *_Nullable bytes, size_t byteCount);

// MARK: Memory

/// The allocator of a session's memory. `allocate` returns null if there is no memory; `alignment` is a power of two.
typedef struct venule_allocator {
    void *_Nullable (*_Nonnull allocate)(void *_Nullable context, size_t byteCount, size_t alignment);
    void (*_Nonnull deallocate)(void *_Nullable context, void *_Nonnull memory, size_t byteCount);
    void *_Nullable context;
} venule_allocator;

/// The C library's allocator.
venule_allocator venule_allocator_system(void);

/// The largest resident set so far, in bytes (VmHWM). Without /proc it is that of getrusage, which also counts what the process
/// took before it became this program.
uint64_t venule_peak_resident_bytes(void);

/// What the system says about memory, in bytes; 0 where it says nothing or where there is no limit. Without /proc, neither the
/// available memory nor the limits of control groups are known.
typedef struct venule_system_memory {
    uint64_t total, available;
    /// The lowest limit of the control groups that this process is in.
    uint64_t groupLimit;
    /// `ulimit -v`.
    uint64_t addressLimit;
    uint64_t pageBytes;
} venule_system_memory;

venule_system_memory venule_memory_of_system(void);

// MARK: Threads

/// Processors that this process may use; at least 1.
uint32_t venule_allowed_processors(void);

/// Works on the items [firstItem, endItem) of a job on thread `thread`. Thread 0 is the one that called `venule_pool_run`.
typedef void (*venule_pool_body)(void *_Nonnull context, uint32_t firstItem, uint32_t endItem, uint32_t thread);

typedef struct venule_pool venule_pool;

/// A pool of `threads` threads, of which the caller of `venule_pool_run` is one. Between jobs a worker spins for
/// `spinNanoseconds` and then sleeps until the next job.
int32_t venule_pool_create(uint32_t threads, uint64_t spinNanoseconds, const venule_allocator *_Nonnull allocator,
    venule_pool *_Nullable *_Nonnull pool);
/// Divides `itemCount` items among the threads, and returns when all of them are done. Only one caller at a time.
void venule_pool_run(
    venule_pool *_Nonnull pool, uint32_t itemCount, venule_pool_body _Nonnull body, void *_Nonnull context);
void venule_pool_destroy(venule_pool *_Nonnull pool);

/// The most threads that a pool can have.
#define VENULE_POOL_MAXIMUM_THREADS 1024

/// A word that several threads look at.
uint32_t venule_word_load(const uint32_t *_Nonnull word);
/// If the word is as expected, replaces it and returns 1; otherwise returns 0.
int32_t venule_word_replace(uint32_t *_Nonnull word, uint32_t expected, uint32_t replacement);

// MARK: System

uint64_t venule_monotonic_nanoseconds(void);
/// An environment variable, or null.
const char *_Nullable venule_environment(const char *_Nonnull name);
/// The system's text for an `errno` value, cut to `byteCount` including its terminating zero.
void venule_error_text(int32_t code, char *_Nonnull text, size_t byteCount);

#endif
