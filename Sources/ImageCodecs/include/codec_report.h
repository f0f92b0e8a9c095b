#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The last message of a library, zero-terminated; empty if there was none. */
typedef struct {
    char text[200];
} venule_codec_report;

/* The text as a C string, because Swift sees the array as a tuple. */
static inline const char *venule_codec_text(const venule_codec_report *report) { return report->text; }
