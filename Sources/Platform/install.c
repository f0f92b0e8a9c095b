#define _GNU_SOURCE
#include "folder.h"
#include "text.h"
#include "venule_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/// The path with a suffix, or null if there is no memory.
static char *with_suffix(const char *path, const char *suffix) {
    size_t length = strlen(path), capacity = length + strlen(suffix) + 1;
    char *text = malloc(capacity);
    if (text == NULL) return NULL;
    memcpy(text, path, length);
    venule_text_copy(text + length, capacity - length, suffix);
    return text;
}

/// Opens the staged file and locks it for this process. One that a killed process has left is used again, whatever it holds.
static int32_t open_staged(const char *path, int *descriptor) {
    for (int attempt = 0; attempt < 100; attempt++) {
        int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (opened < 0) return errno;
        int32_t error = flock(opened, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
        struct stat mine, named;
        if (error == 0 && fstat(opened, &mine) != 0) error = errno;
        if (error == 0 && !S_ISREG(mine.st_mode)) error = EINVAL;
        // Another installation may have renamed the file after it was opened and before it was locked; then it is a plan that
        // is in use.
        if (error == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino && mine.st_dev == named.st_dev) {
            *descriptor = opened;
            return 0;
        }
        close(opened);
        if (error != 0) return error == EWOULDBLOCK ? EBUSY : error;
    }
    return EBUSY;
}

static int32_t write_all(int descriptor, const void *bytes, size_t byteCount) {
    if (ftruncate(descriptor, 0) != 0) return errno;
    int32_t error = venule_descriptor_write(descriptor, bytes, byteCount);
    if (error == 0 && fsync(descriptor) != 0 && errno != EINVAL) error = errno;
    return error;
}

int32_t venule_installation_stage(
    const char *path, const void *bytes, size_t byteCount, venule_installation *installation) {
    *installation = (venule_installation){.staged = NULL, .descriptor = -1};
    struct stat status;
    // Without this check, renaming would replace a link or a device by a file.
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return S_ISDIR(status.st_mode) ? EISDIR : S_ISLNK(status.st_mode) ? ELOOP : EINVAL;
    }
    installation->staged = with_suffix(path, ".installing");
    if (installation->staged == NULL) return ENOMEM;
    int descriptor;
    int32_t error = open_staged(installation->staged, &descriptor);
    if (error == 0) {
        installation->descriptor = descriptor;
        error = write_all(descriptor, bytes, byteCount);
        if (error != 0) unlink(installation->staged);
    }
    if (error != 0) venule_installation_end(installation);
    return error;
}

/// Copies a file to a new one and brings that to the disk.
static int32_t copy_file(const char *from, const char *to) {
    venule_reader reader;
    int32_t error = venule_reader_open(from, &reader);
    if (error != 0) return error;
    const void *bytes = NULL;
    if (reader.byteCount > 0) error = venule_reader_map(&reader, &bytes);
    if (error == 0) {
        int descriptor = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        error = descriptor < 0 ? errno : write_all(descriptor, bytes, reader.byteCount);
        if (descriptor >= 0 && close(descriptor) != 0 && error == 0) error = errno;
    }
    if (bytes != NULL) venule_unmap(bytes, reader.byteCount);
    venule_reader_close(&reader);
    return error;
}

/// Gives the installed file a second name, or makes a copy if the file system has no hard links. Either is made beside
/// `previous` first, and then replaces it as a whole.
static int32_t keep_previous(const char *path, const char *previous, venule_link_function make_link) {
    struct stat status;
    // Nothing has been installed yet, so that there is nothing to keep.
    if (lstat(path, &status) != 0 && errno == ENOENT) return 0;
    char *staged = with_suffix(previous, ".linking");
    if (staged == NULL) return ENOMEM;
    unlink(staged);
    int32_t error = 0;
    if (make_link(path, staged) != 0) error = copy_file(path, staged);
    if (error == 0 && rename(staged, previous) != 0) error = errno;
    // If both names are of the same file, renaming does nothing, and the name beside `previous` would stay.
    unlink(staged);
    free(staged);
    return error;
}

int32_t venule_installation_commit_linking(
    const char *path, const char *previous, venule_installation *installation, venule_link_function make_link) {
    int32_t error = keep_previous(path, previous, make_link);
    if (error == 0) error = venule_folder_sync(path);
    if (error == 0 && rename(installation->staged, path) != 0) error = errno;
    if (error != 0) unlink(installation->staged);
    else error = venule_folder_sync(path);
    venule_installation_end(installation);
    return error;
}

int32_t venule_installation_commit(const char *path, const char *previous, venule_installation *installation) {
    return venule_installation_commit_linking(path, previous, installation, link);
}

void venule_installation_abandon(venule_installation *installation) {
    if (installation->staged != NULL) unlink(installation->staged);
    venule_installation_end(installation);
}

void venule_installation_end(venule_installation *installation) {
    if (installation->descriptor >= 0) close(installation->descriptor);
    free(installation->staged);
    *installation = (venule_installation){.staged = NULL, .descriptor = -1};
}
