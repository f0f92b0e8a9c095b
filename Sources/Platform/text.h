/// The few texts that this module makes. The C library's formatted output is not used for them, because it would be a fifth of
/// a static runner.
#ifndef VENULE_TEXT_H
#define VENULE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/// Copies `from`, cut to `capacity` including its terminating zero.
/// Returns the number of characters written.
static inline size_t venule_text_copy(char *text, size_t capacity, const char *from) {
    size_t count = 0;
    if (capacity == 0) return 0;
    while (from[count] != 0 && count < capacity - 1) {
        text[count] = from[count];
        count++;
    }
    text[count] = 0;
    return count;
}

/// Writes `before`, the number in decimal and `after`, cut to `capacity` including the terminating zero.
/// Returns the number of characters written.
static inline size_t venule_text_numbered(
    char *text, size_t capacity, const char *before, uint32_t number, const char *after) {
    char digits[11];
    size_t first = sizeof digits - 1;
    digits[first] = 0;
    do digits[--first] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    size_t count = venule_text_copy(text, capacity, before);
    count += venule_text_copy(text + count, capacity - count, digits + first);
    return count + venule_text_copy(text + count, capacity - count, after);
}

#endif
