#define _GNU_SOURCE
#include "folder.h"
#include "venule_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t venule_folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

int32_t venule_folder_sync(const char *path) {
    size_t length = venule_folder_length(path);
    char *folder = malloc(length + 2);
    if (folder == NULL) return ENOMEM;
    memcpy(folder, path, length);
    if (length == 0) folder[length++] = '.';
    folder[length] = 0;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int32_t error = descriptor < 0 ? errno : 0;
    // These errors say that the file system cannot sync folders.
    if (descriptor >= 0 && fsync(descriptor) != 0 && errno != EINVAL) error = errno;
    if (descriptor >= 0) close(descriptor);
    free(folder);
    return error;
}

int32_t venule_directory_create(const char *path) {
    if (mkdir(path, 0777) == 0) return 0;
    int32_t error = errno;
    struct stat status;
    if (error == EEXIST && stat(path, &status) == 0) return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    return error;
}
