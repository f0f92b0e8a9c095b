#define _GNU_SOURCE
#include "allocation_counter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic int isCounting;
static _Atomic uint64_t allocations;
static _Thread_local int isCountedThread;

static void note(void) {
    if (!atomic_load_explicit(&isCounting, memory_order_relaxed)) return;
    if (!isCountedThread) {
        char name[16] = {0};
        prctl(PR_GET_NAME, name);
        if (strncmp(name, "venule-", 7) != 0) return;
    }
    atomic_fetch_add(&allocations, 1);
}

void allocation_counter_start(void) {
    atomic_store(&allocations, 0);
    isCountedThread = 1;
    atomic_store(&isCounting, 1);
}

uint64_t allocation_counter_stop(void) {
    atomic_store(&isCounting, 0);
    isCountedThread = 0;
    return atomic_load(&allocations);
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    note();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    note();
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    note();
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}
