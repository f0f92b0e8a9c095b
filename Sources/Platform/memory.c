#define _GNU_SOURCE
#include "venule_platform.h"
#include "text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/// Reads the beginning of a small file, as text. Returns 0 if it cannot be read.
static size_t read_text(const char *path, char *text, size_t capacity) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    size_t count = 0;
    while (count < capacity - 1) {
        ssize_t got = read(descriptor, text + count, capacity - 1 - count);
        if (got <= 0) break;
        count += (size_t)got;
    }
    close(descriptor);
    text[count] = 0;
    return count;
}

/// The number behind the name of a field. The file has it in kilobytes.
static uint64_t kilobytes(const char *text, const char *field) {
    const char *found = strstr(text, field);
    return found == NULL ? 0 : strtoull(found + strlen(field), NULL, 10) * 1024;
}

/// The number that is all of a file's content; 0 if it is not a number, such as "max".
static uint64_t number_in(const char *folder, const char *name) {
    char path[1024], text[64];
    size_t length = venule_text_copy(path, sizeof path, folder);
    venule_text_copy(path + length, sizeof path - length, name);
    return read_text(path, text, sizeof text) == 0 ? 0 : strtoull(text, NULL, 10);
}

static uint64_t least(uint64_t a, uint64_t b) {
    if (a == 0 || b == 0) return a + b;
    return a < b ? a : b;
}

/// The lowest limit of a control group and of those around it.
static uint64_t limit_of_group(const char *root, const char *group, const char *name) {
    char folder[1024];
    size_t rootLength = venule_text_copy(folder, sizeof folder, root);
    size_t length = rootLength + venule_text_copy(folder + rootLength, sizeof folder - rootLength, group);
    uint64_t limit = 0;
    for (;;) {
        while (length > rootLength && folder[length - 1] == '/') folder[--length] = 0;
        limit = least(limit, number_in(folder, name));
        if (length <= rootLength) return limit;
        while (length > rootLength && folder[length - 1] != '/') folder[--length] = 0;
    }
}

/// The group of this process, on the line of /proc/self/cgroup that names `controller`. The text is cut off behind it.
static const char *group_of(char *text, const char *controller) {
    char *line = strstr(text, controller);
    if (line == NULL) return NULL;
    char *group = line + strlen(controller), *end = strchr(group, '\n');
    if (end != NULL) *end = 0;
    return group;
}

static uint64_t control_group_limit(void) {
    char text[4096], again[4096];
    if (read_text("/proc/self/cgroup", text, sizeof text) == 0) return 0;
    memcpy(again, text, sizeof text);
    // Version 2 has one hierarchy, version 1 has one for each controller. Inside a container, what is visible of it may begin
    // at the process's own group.
    const char *group = group_of(text, "0::");
    uint64_t limit = limit_of_group("/sys/fs/cgroup", group == NULL ? "" : group, "/memory.max");
    group = group_of(again, ":memory:");
    if (group != NULL) limit = least(limit, limit_of_group("/sys/fs/cgroup/memory", group, "/memory.limit_in_bytes"));
    // Version 1 has a number beyond all memory where there is no limit.
    return limit >= (uint64_t)1 << 60 ? 0 : limit;
}

venule_system_memory venule_memory_of_system(void) {
    venule_system_memory memory = {0};
    char text[4096];
    if (read_text("/proc/meminfo", text, sizeof text) > 0) {
        memory.total = kilobytes(text, "MemTotal:");
        memory.available = kilobytes(text, "MemAvailable:");
    } else {
        struct sysinfo system;
        // "MemFree" leaves out what the cache would give back.
        if (sysinfo(&system) == 0) memory.total = (uint64_t)system.totalram * system.mem_unit;
    }
    memory.groupLimit = control_group_limit();
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        memory.addressLimit = (uint64_t)limit.rlim_cur;
    long page = sysconf(_SC_PAGESIZE);
    memory.pageBytes = page > 0 ? (uint64_t)page : 4096;
    return memory;
}
