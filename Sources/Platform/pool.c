#define _GNU_SOURCE
#include "venule_platform.h"
#include "text.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// A job is divided into chunks of items, which the threads claim one after the other. So a thread that the system has
// interrupted, or that is still waking up, delays only the chunk that it has claimed. A thread claims a chunk by advancing
// `ticket`. The ticket also holds the number of the job (its generation), so that a claim for an earlier job fails. Only a
// thread that holds a chunk reads the job, and the caller writes the next job only after all chunks of this one are finished.

enum {
    chunksPerThread = 4,
    workerStackBytes = 512 * 1024
};

typedef struct worker {
    pthread_t thread;
    venule_pool *pool;
    uint32_t index;
} worker;

struct venule_pool {
    /// generation << 32 | next chunk << 16 | chunks
    _Alignas(64) _Atomic uint64_t ticket;
    /// How many chunks of the current job are done. The caller sleeps on this word.
    _Alignas(64) _Atomic uint32_t finished;
    _Atomic uint32_t callerSleeps;
    /// This word changes with every job. Workers without work sleep on it.
    _Alignas(64) _Atomic uint32_t wake;
    _Atomic uint32_t sleepers;
    _Atomic uint32_t stops;

    _Alignas(64) venule_pool_body body;
    void *context;
    uint32_t itemCount;
    uint32_t chunkCount;

    uint32_t threads;
    uint32_t workerCount;
    uint64_t spinNanoseconds;
    size_t byteCount;
    venule_allocator allocator;
    worker workers[];
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield");
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
}

static void futex_wait(_Atomic uint32_t *word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, uint32_t count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static int has_chunk(uint64_t ticket) { return ((ticket >> 16) & 0xffff) < (ticket & 0xffff); }

static int claim(venule_pool *pool, uint32_t *chunk) {
    uint64_t ticket = atomic_load_explicit(&pool->ticket, memory_order_acquire);
    while (has_chunk(ticket)) {
        if (atomic_compare_exchange_weak_explicit(
                &pool->ticket, &ticket, ticket + (1u << 16), memory_order_acq_rel, memory_order_acquire)) {
            *chunk = (uint32_t)(ticket >> 16) & 0xffff;
            return 1;
        }
    }
    return 0;
}

static void run_chunks(venule_pool *pool, uint32_t thread) {
    uint32_t chunk;
    while (claim(pool, &chunk)) {
        uint32_t chunks = pool->chunkCount;
        uint32_t first = (uint32_t)((uint64_t)pool->itemCount * chunk / chunks);
        uint32_t end = (uint32_t)((uint64_t)pool->itemCount * (chunk + 1) / chunks);
        pool->body(pool->context, first, end, thread);
        if (atomic_fetch_add(&pool->finished, 1) + 1 == chunks && atomic_load(&pool->callerSleeps))
            futex_wake(&pool->finished, 1);
    }
}

/// Whether a worker has something to do. It looks for up to `spinNanoseconds`.
static int spin_for_work(venule_pool *pool) {
    uint64_t end = 0;
    for (uint32_t turn = 0;; turn++) {
        if (has_chunk(atomic_load_explicit(&pool->ticket, memory_order_acquire)) || atomic_load(&pool->stops)) return 1;
        if (turn % 32 == 0) {
            uint64_t now = venule_monotonic_nanoseconds();
            if (end == 0) end = now + pool->spinNanoseconds;
            if (now >= end) return 0;
        }
        relax();
    }
}

static void *work(void *argument) {
    worker *self = argument;
    venule_pool *pool = self->pool;
    // A name for people who look at the process's threads. The system allows 15 characters.
    char name[16];
    venule_text_numbered(name, sizeof name, "venule-", self->index, "");
    prctl(PR_SET_NAME, name);
    while (!atomic_load(&pool->stops)) {
        run_chunks(pool, self->index);
        if (spin_for_work(pool)) continue;
        // If a job is published after this load, that changes `wake`, and the wait below returns at once.
        uint32_t seen = atomic_load(&pool->wake);
        atomic_fetch_add(&pool->sleepers, 1);
        if (!has_chunk(atomic_load(&pool->ticket)) && !atomic_load(&pool->stops)) futex_wait(&pool->wake, seen);
        atomic_fetch_sub(&pool->sleepers, 1);
    }
    return NULL;
}

static int start_worker(worker *worker) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return error;
    pthread_attr_setstacksize(&attributes, workerStackBytes);
    // Signals are for the application's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&worker->thread, &attributes, work, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

int32_t venule_pool_create(
    uint32_t threads, uint64_t spinNanoseconds, const venule_allocator *allocator, venule_pool **result) {
    if (threads < 1 || threads > VENULE_POOL_MAXIMUM_THREADS) return EINVAL;
    size_t byteCount = sizeof(venule_pool) + (threads - 1) * sizeof(worker);
    venule_pool *pool = allocator->allocate(allocator->context, byteCount, _Alignof(venule_pool));
    if (pool == NULL) return ENOMEM;
    memset(pool, 0, byteCount);
    pool->threads = threads;
    pool->spinNanoseconds = spinNanoseconds;
    pool->byteCount = byteCount;
    pool->allocator = *allocator;
    for (uint32_t index = 0; index < threads - 1; index++) {
        pool->workers[index] = (worker){.pool = pool, .index = index + 1};
        int error = start_worker(&pool->workers[index]);
        if (error != 0) {
            venule_pool_destroy(pool);
            return error;
        }
        pool->workerCount++;
    }
    *result = pool;
    return 0;
}

/// Returns when every chunk of the job is finished.
static void wait_for_workers(venule_pool *pool, uint32_t chunks) {
    uint64_t end = 0;
    for (uint32_t turn = 0;; turn++) {
        if (atomic_load_explicit(&pool->finished, memory_order_acquire) == chunks) return;
        if (turn % 32 == 0) {
            uint64_t now = venule_monotonic_nanoseconds();
            if (end == 0) end = now + pool->spinNanoseconds;
            if (now >= end) break;
        }
        relax();
    }
    atomic_store(&pool->callerSleeps, 1);
    for (;;) {
        uint32_t finished = atomic_load(&pool->finished);
        if (finished == chunks) break;
        futex_wait(&pool->finished, finished);
    }
    atomic_store(&pool->callerSleeps, 0);
}

void venule_pool_run(venule_pool *pool, uint32_t itemCount, venule_pool_body body, void *context) {
    if (itemCount == 0) return;
    uint32_t chunks = pool->threads * chunksPerThread;
    if (chunks > itemCount) chunks = itemCount;
    pool->body = body;
    pool->context = context;
    pool->itemCount = itemCount;
    pool->chunkCount = chunks;
    atomic_store_explicit(&pool->finished, 0, memory_order_relaxed);
    uint64_t generation = (atomic_load_explicit(&pool->ticket, memory_order_relaxed) >> 32) + 1;
    atomic_store(&pool->ticket, generation << 32 | chunks);
    atomic_fetch_add(&pool->wake, 1);
    if (chunks > 1 && atomic_load(&pool->sleepers) > 0) futex_wake(&pool->wake, chunks - 1);
    run_chunks(pool, 0);
    wait_for_workers(pool, chunks);
}

void venule_pool_destroy(venule_pool *pool) {
    atomic_store(&pool->stops, 1);
    atomic_fetch_add(&pool->wake, 1);
    futex_wake(&pool->wake, VENULE_POOL_MAXIMUM_THREADS);
    for (uint32_t index = 0; index < pool->workerCount; index++) pthread_join(pool->workers[index].thread, NULL);
    venule_allocator allocator = pool->allocator;
    allocator.deallocate(allocator.context, pool, pool->byteCount);
}
