#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "folder.h"
#include "venule_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/// The name that a file has until it is complete, in the folder of `path`; the caller frees it. It is random. The number of the
/// process would not do, because processes in two containers may have the same one, and a killed process may have left its file
/// behind.
static char *temporary_name(const char *path, uint64_t token) {
    static const char before[] = ".venule-", after[] = ".partial", digits[] = "0123456789abcdef";
    size_t folder = venule_folder_length(path);
    char *name = malloc(folder + sizeof before + 16 + sizeof after);
    if (name == NULL) return NULL;
    memcpy(name, path, folder);
    char *next = name + folder;
    memcpy(next, before, sizeof before - 1);
    next += sizeof before - 1;
    for (int digit = 15; digit >= 0; digit--) *next++ = digits[(token >> (4 * digit)) & 15];
    memcpy(next, after, sizeof after);
    return name;
}

/// Opens a new file under a name that no other file has.
static int32_t open_temporary(const char *path, venule_writer *writer) {
    for (int attempt = 0; attempt < 16; attempt++) {
        uint64_t token;
        if (getrandom(&token, sizeof token, 0) != (ssize_t)sizeof token) return errno;
        char *name = temporary_name(path, token);
        if (name == NULL) return ENOMEM;
        int descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        int32_t error = descriptor < 0 ? errno : 0;
        free(name);
        if (error == EEXIST) continue;
        if (error == 0) *writer = (venule_writer){.descriptor = descriptor, .token = token};
        return error;
    }
    return EEXIST;
}

int32_t venule_writer_open(const char *path, venule_writer *writer) {
    struct stat status;
    // Without this check, renaming would replace a link, or a device such as /dev/null, by a file.
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return S_ISDIR(status.st_mode) ? EISDIR
            : S_ISLNK(status.st_mode)  ? VENULE_SYMBOLIC_LINK
                                       : VENULE_NO_REGULAR_FILE;
    }
    return open_temporary(path, writer);
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

int32_t venule_writer_remove_name(const venule_writer *writer, const char *path) {
    char *temporary = temporary_name(path, writer->token);
    if (temporary == NULL) return ENOMEM;
    int32_t error = unlink(temporary) == 0 ? 0 : errno;
    free(temporary);
    return error;
}

int32_t venule_writer_finish(venule_writer *writer) {
    int32_t error = 0;
    // Without this, a power cut after the rename may leave an empty file on a device.
    if (fsync(writer->descriptor) != 0 && errno != EINVAL) error = errno;
    if (close(writer->descriptor) != 0 && error == 0) error = errno;
    writer->descriptor = -1;
    return error;
}

int32_t venule_writer_publish(venule_writer *writer, const char *path) {
    char *temporary = temporary_name(path, writer->token);
    if (temporary == NULL) return ENOMEM;
    int32_t error = rename(temporary, path) == 0 ? 0 : errno;
    free(temporary);
    if (error != 0) return error;
    error = venule_folder_sync(path);
    // A folder that may be written to but not listed cannot be opened. Its file system then brings the name to the disk in its
    // own time. An installation, which promises more, is refused there.
    return error == EACCES ? 0 : error;
}

int32_t venule_writer_commit(venule_writer *writer, const char *path) {
    int32_t error = venule_writer_finish(writer);
    if (error == 0) error = venule_writer_publish(writer, path);
    if (error != 0) venule_writer_abandon(writer, path);
    return error;
}

void venule_writer_abandon(venule_writer *writer, const char *path) {
    if (writer->descriptor >= 0) close(writer->descriptor);
    writer->descriptor = -1;
    (void)venule_writer_remove_name(writer, path);
}
