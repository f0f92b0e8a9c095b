/// Counts the allocations of one thread and of the runtime's worker threads, by standing in for malloc and its kin.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/// 0 in a build with a sanitizer, where nothing is counted.
int allocation_counter_works(void);
/// Counts from now on what the calling thread allocates, and what worker threads (named "venule-…") do.
void allocation_counter_start(void);
/// Counts what the calling thread alone allocates.
void allocation_counter_start_thread(void);
/// Ends counting; returns the number of allocations.
uint64_t allocation_counter_stop(void);
/// Bytes of all allocations that were counted, given back or not.
uint64_t allocation_counter_bytes(void);

#endif
