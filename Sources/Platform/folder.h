/// Folders of files.
#ifndef VENULE_FOLDER_H
#define VENULE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

/// How many of the path's characters name the folder that it is in, with the slash at their end; 0 for the working directory.
size_t venule_folder_length(const char *path);

/// Brings a rename in the folder of `path` to the disk: it is only in memory before.
int32_t venule_folder_sync(const char *path);

#endif
