#define _GNU_SOURCE
#include "venule_platform.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void *system_allocate(void *context, size_t byteCount, size_t alignment) {
    (void)context;
    void *memory = NULL;
    if (alignment < sizeof(void *)) alignment = sizeof(void *);
    return posix_memalign(&memory, alignment, byteCount) == 0 ? memory : NULL;
}

static void system_deallocate(void *context, void *memory, size_t byteCount) {
    (void)context;
    (void)byteCount;
    free(memory);
}

venule_allocator venule_allocator_system(void) {
    return (venule_allocator){.allocate = system_allocate, .deallocate = system_deallocate, .context = NULL};
}

uint64_t venule_peak_resident_bytes(void) {
    // A single read suffices, since the file has about 1.5 KB, and a buffered stream would allocate memory.
    char text[4096];
    ssize_t length = -1;
    int descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        length = read(descriptor, text, sizeof text - 1);
        close(descriptor);
    }
    if (length > 0) {
        text[length] = 0;
        const char *field = strstr(text, "VmHWM:");
        if (field != NULL) return strtoull(field + 6, NULL, 10) * 1024;
    }
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

uint32_t venule_allowed_processors(void) {
    // The kernel refuses a mask that is shorter than its own, which may be longer than the 1024 processors of cpu_set_t.
    for (size_t processors = 1024; processors <= (size_t)1 << 20; processors *= 4) {
        cpu_set_t *set = CPU_ALLOC(processors);
        if (set == NULL) return 1;
        size_t byteCount = CPU_ALLOC_SIZE(processors);
        CPU_ZERO_S(byteCount, set);
        int failed = sched_getaffinity(0, byteCount, set);
        int error = errno;
        int count = failed ? 0 : CPU_COUNT_S(byteCount, set);
        CPU_FREE(set);
        if (!failed) return count > 0 ? (uint32_t)count : 1;
        if (error != EINVAL) return 1;
    }
    return 1;
}

uint64_t venule_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

const char *venule_environment(const char *name) { return getenv(name); }

/// The C library's text, not translated: translating would bring all of glibc's message catalogues into a static program.
static const char *untranslated(int32_t code) {
#if defined(VENULE_SHARED)
    // strerrordesc_np is in glibc since 2.32. The C locale is always there and nothing that would have to be freed.
    return strerror_l(code, newlocale(LC_ALL_MASK, "C", (locale_t)0));
#elif defined(__GLIBC__)
    const char *text = strerrordesc_np(code);
    return text == NULL ? "unknown error" : text;
#else
    return strerror(code);
#endif
}

void venule_error_text(int32_t code, char *text, size_t byteCount) {
    const char *own = code == VENULE_END_OF_FILE ? "the file ends early"
        : code == VENULE_SYMBOLIC_LINK           ? "it is a symbolic link, which would be replaced"
        : code == VENULE_NO_REGULAR_FILE         ? "it is no regular file"
        : code == VENULE_FILE_TOO_LARGE          ? "it is larger than what is read here"
        : code == VENULE_NO_FILE                 ? "there is no file"
                                                 : untranslated(code);
    venule_text_copy(text, byteCount, own);
}
