#define _GNU_SOURCE
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

/// Opens a regular file for reading.
static int32_t open_regular(const char *path, int *descriptor, uint64_t *byteCount) {
    // Not blocking: opening a pipe that nobody writes to must not wait.
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0) return errno;
    struct stat status;
    int32_t error = 0;
    if (fstat(opened, &status) != 0) error = errno;
    else if (S_ISDIR(status.st_mode)) error = EISDIR;
    else if (!S_ISREG(status.st_mode)) error = EINVAL;
    else if (status.st_size < 0 || (uint64_t)status.st_size > SIZE_MAX) error = EFBIG;
    if (error != 0) {
        close(opened);
        return error;
    }
    *descriptor = opened;
    *byteCount = (uint64_t)status.st_size;
    return 0;
}

static int32_t read_exactly(int descriptor, void *bytes, size_t byteCount) {
    uint8_t *next = bytes;
    while (byteCount > 0) {
        ssize_t got = read(descriptor, next, byteCount);
        if (got < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        if (got == 0) return VENULE_END_OF_FILE;
        next += got;
        byteCount -= (size_t)got;
    }
    return 0;
}

int32_t venule_file_map(const char *path, venule_file *file) {
    int descriptor;
    uint64_t byteCount;
    int32_t error = open_regular(path, &descriptor, &byteCount);
    if (error != 0) return error;
    *file = (venule_file){.bytes = NULL, .byteCount = (size_t)byteCount, .isMapped = 0};
    if (byteCount > 0) {
        void *bytes = mmap(NULL, (size_t)byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (bytes != MAP_FAILED) {
            file->bytes = bytes;
            file->isMapped = 1;
        } else if ((bytes = aligned_alloc(64, ((size_t)byteCount + 63) & ~(size_t)63)) == NULL) {
            error = ENOMEM;
        } else {
            error = read_exactly(descriptor, bytes, (size_t)byteCount);
            file->bytes = bytes;
            if (error != 0) venule_file_unmap(file);
        }
    }
    close(descriptor);
    return error;
}

void venule_file_unmap(venule_file *file) {
    if (file->bytes == NULL) return;
    if (file->isMapped) munmap((void *)(uintptr_t)file->bytes, file->byteCount);
    else free((void *)(uintptr_t)file->bytes);
    file->bytes = NULL;
}

int32_t venule_reader_open(const char *path, venule_reader *reader) {
    int descriptor;
    int32_t error = open_regular(path, &descriptor, &reader->byteCount);
    if (error == 0) reader->descriptor = descriptor;
    return error;
}

int32_t venule_reader_read(venule_reader *reader, void *bytes, size_t byteCount) {
    return read_exactly(reader->descriptor, bytes, byteCount);
}

void venule_reader_close(venule_reader *reader) {
    close(reader->descriptor);
}

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

int32_t venule_file_write(const char *path, const venule_bytes *parts, uint32_t partCount) {
    struct stat status;
    // Renaming would replace a device such as /dev/null by a file.
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) return S_ISDIR(status.st_mode) ? EISDIR : EINVAL;

    size_t length = strlen(path), capacity = length + 40;
    char *temporary = malloc(capacity);
    if (temporary == NULL) return ENOMEM;
    memcpy(temporary, path, length);
    venule_text_numbered(temporary + length, capacity - length, ".", (uint32_t)getpid(), ".partial");
    int32_t error = 0;
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        error = errno;
        free(temporary);
        return error;
    }
    for (uint32_t part = 0; part < partCount && error == 0; part++)
        error = venule_descriptor_write(descriptor, parts[part].bytes, parts[part].byteCount);
    // Without this a power cut after the rename may leave an empty file on a device.
    if (error == 0 && fsync(descriptor) != 0 && errno != EINVAL) error = errno;
    if (close(descriptor) != 0 && error == 0) error = errno;
    if (error == 0 && rename(temporary, path) != 0) error = errno;
    if (error != 0) unlink(temporary);
    free(temporary);
    return error;
}

int32_t venule_directory_create(const char *path) {
    if (mkdir(path, 0777) == 0) return 0;
    int32_t error = errno;
    struct stat status;
    if (error == EEXIST && stat(path, &status) == 0) return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    return error;
}
