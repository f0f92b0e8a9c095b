#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a library said last, with a zero at its end; empty where it said nothing. */
typedef struct {
    char text[200];
} venule_codec_report;

/* The text as a C string; Swift sees the array as a tuple. */
static inline const char *venule_codec_text(const venule_codec_report *report) { return report->text; }
