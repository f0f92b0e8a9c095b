#include "venule_platform.h"

#include <stdatomic.h>

uint32_t venule_word_load(const uint32_t *word) { return atomic_load((const _Atomic uint32_t *)word); }

int32_t venule_word_replace(uint32_t *word, uint32_t expected, uint32_t replacement) {
    return atomic_compare_exchange_strong((_Atomic uint32_t *)word, &expected, replacement);
}
