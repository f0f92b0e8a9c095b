#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "venule_platform.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/// Takes a descriptor if it is of a regular file, else closes it.
static int32_t take_regular(int descriptor, venule_reader *reader) {
    struct stat status;
    int32_t error = 0;
    if (fstat(descriptor, &status) != 0) error = errno;
    else if (S_ISDIR(status.st_mode)) error = EISDIR;
    else if (!S_ISREG(status.st_mode)) error = EINVAL;
    else if (status.st_size < 0 || (uint64_t)status.st_size > SIZE_MAX) error = EFBIG;
    if (error != 0) {
        close(descriptor);
        return error;
    }
    *reader = (venule_reader){.descriptor = descriptor, .byteCount = (uint64_t)status.st_size};
    return 0;
}

int32_t venule_reader_open(const char *path, venule_reader *reader) {
    // Not blocking: opening a pipe that nobody writes to must not wait.
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

/// The name that a file has until it is complete; the caller frees it.
static char *temporary_name(const char *path, uint32_t number) {
    size_t length = strlen(path), capacity = length + 48;
    char *name = malloc(capacity);
    if (name == NULL) return NULL;
    memcpy(name, path, length);
    length += venule_text_numbered(name + length, capacity - length, ".", (uint32_t)getpid(), "");
    venule_text_numbered(name + length, capacity - length, ".", number, ".partial");
    return name;
}

int32_t venule_writer_open(const char *path, uint32_t number, venule_writer *writer) {
    struct stat status;
    // Renaming would replace a device such as /dev/null by a file.
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) return S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    char *temporary = temporary_name(path, number);
    if (temporary == NULL) return ENOMEM;
    int32_t error = 0;
    int descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) error = errno;
    else *writer = (venule_writer){.descriptor = descriptor, .number = number};
    free(temporary);
    return error;
}

int32_t venule_writer_write(const venule_writer *writer, uint64_t offset, const void *bytes, size_t byteCount) {
    const uint8_t *next = bytes;
    while (byteCount > 0) {
        ssize_t put = pwrite(writer->descriptor, next, byteCount, (off_t)offset);
        if (put < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        next += put;
        offset += (uint64_t)put;
        byteCount -= (size_t)put;
    }
    return 0;
}

int32_t venule_writer_commit(venule_writer *writer, const char *path) {
    char *temporary = temporary_name(path, writer->number);
    int32_t error = temporary == NULL ? ENOMEM : 0;
    // Without this a power cut after the rename may leave an empty file on a device.
    if (error == 0 && fsync(writer->descriptor) != 0 && errno != EINVAL) error = errno;
    if (close(writer->descriptor) != 0 && error == 0) error = errno;
    if (error == 0 && rename(temporary, path) != 0) error = errno;
    if (error != 0 && temporary != NULL) unlink(temporary);
    free(temporary);
    return error;
}

void venule_writer_abandon(venule_writer *writer, const char *path) {
    close(writer->descriptor);
    char *temporary = temporary_name(path, writer->number);
    if (temporary == NULL) return;
    unlink(temporary);
    free(temporary);
}

int32_t venule_directory_create(const char *path) {
    if (mkdir(path, 0777) == 0) return 0;
    int32_t error = errno;
    struct stat status;
    if (error == EEXIST && stat(path, &status) == 0) return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    return error;
}
