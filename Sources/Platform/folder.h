/// Folders of files.
#ifndef VENULE_FOLDER_H
#define VENULE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

/// How many characters of the path name the folder that it is in, including the slash; 0 for the working directory.
size_t venule_folder_length(const char *path);

/// Brings a rename in the folder of `path` to the disk. Until then it is only in memory.
int32_t venule_folder_sync(const char *path);

#endif
