#pragma once
#include <zlib.h>

/* A macro in zlib.h. */
static inline int venule_inflate_init(z_stream *stream) { return inflateInit(stream); }
