#pragma once

/*
 * Thin shims over the libraries that decode photographs and write pictures: what Swift cannot call (setjmp, variadic functions, callbacks
 * with C structures). What a file means, and what of it is read, is decided in the Imaging module.
 *
 * No longjmp leaves a function of these headers. Bytes that are given to an `open` function must stay where they are until `close`.
 */

#include "venule_png.h"
#include "venule_png_writer.h"
#include "venule_jpeg.h"
#include "venule_tiff.h"
#include "venule_webp.h"
#include "venule_gif.h"
#include "venule_jpeg2000.h"
