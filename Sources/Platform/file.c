#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "venule_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int status_of(int descriptor, struct stat *status) {
#if defined(VENULE_SHARED)
    // glibc's shared library has `fstat` since 2.33. Before, the header called this one, which is there still. The number
    // says which `struct stat` is meant.
    extern int __fxstat(int version, int descriptor, struct stat *status);
#if defined(__x86_64__)
    return __fxstat(1, descriptor, status);
#else
    return __fxstat(0, descriptor, status);
#endif
#else
    return fstat(descriptor, status);
#endif
}

/// Accepts a descriptor if it is of a regular file; otherwise closes it.
static int32_t take_regular(int descriptor, venule_reader *reader) {
    struct stat status;
    int32_t error = 0;
    if (status_of(descriptor, &status) != 0) error = errno;
    else if (S_ISDIR(status.st_mode)) error = EISDIR;
    else if (!S_ISREG(status.st_mode)) error = VENULE_NO_REGULAR_FILE;
    else if (status.st_size < 0 || (uint64_t)status.st_size > SIZE_MAX) error = EFBIG;
    if (error != 0) {
        close(descriptor);
        return error;
    }
    *reader = (venule_reader){.descriptor = descriptor, .byteCount = (uint64_t)status.st_size};
    return 0;
}

int32_t venule_reader_open(const char *path, venule_reader *reader) {
    // O_NONBLOCK, since opening a pipe that nobody writes to would otherwise wait.
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return descriptor < 0 ? errno : take_regular(descriptor, reader);
}

int32_t venule_reader_duplicate(int32_t descriptor, venule_reader *reader) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? errno : take_regular(copy, reader);
}

int32_t venule_reader_read(const venule_reader *reader, uint64_t offset, void *bytes, size_t byteCount) {
    uint8_t *next = bytes;
    while (byteCount > 0) {
        ssize_t got = pread(reader->descriptor, next, byteCount, (off_t)offset);
        if (got < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        if (got == 0) return VENULE_END_OF_FILE;
        next += got;
        offset += (uint64_t)got;
        byteCount -= (size_t)got;
    }
    return 0;
}

int32_t venule_reader_map(const venule_reader *reader, const void **bytes) {
    void *mapped = mmap(NULL, (size_t)reader->byteCount, PROT_READ, MAP_PRIVATE, reader->descriptor, 0);
    if (mapped == MAP_FAILED) return errno;
    *bytes = mapped;
    return 0;
}

void venule_reader_close(venule_reader *reader) { close(reader->descriptor); }

void venule_unmap(const void *bytes, size_t byteCount) { munmap((void *)(uintptr_t)bytes, byteCount); }

int32_t venule_descriptor_write(int32_t descriptor, const void *bytes, size_t byteCount) {
    const uint8_t *next = bytes;
    while (byteCount > 0) {
        ssize_t put = write(descriptor, next, byteCount);
        if (put < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        next += put;
        byteCount -= (size_t)put;
    }
    return 0;
}
