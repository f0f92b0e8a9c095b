/// Photographs (binary PPM, 8 bits) and maps (PGM), row by row, for the examples.
#ifndef PNM_H
#define PNM_H

#include <stdint.h>
#include <stdio.h>

/// Opens a photograph of exactly this size, up to its samples; null if it is none.
static inline FILE *open_photograph(const char *path, uint32_t width, uint32_t height) {
    FILE *file = fopen(path, "rb");
    unsigned foundWidth, foundHeight;
    if (file == NULL) return NULL;
    if (fscanf(file, "P6 %u %u 255", &foundWidth, &foundHeight) == 2 && fgetc(file) != EOF && foundWidth == width
        && foundHeight == height)
        return file;
    fclose(file);
    return NULL;
}

/// The next samples as fractions; 0 if the file ends.
static inline int read_samples(FILE *file, float *samples, size_t count) {
    for (size_t index = 0; index < count; index++) {
        int byte = fgetc(file);
        if (byte == EOF) return 0;
        samples[index] = (float)byte / 255;
    }
    return 1;
}

static inline FILE *create_map(const char *path, uint32_t width, uint32_t height) {
    FILE *file = fopen(path, "wb");
    if (file != NULL) fprintf(file, "P5\n%u %u\n255\n", width, height);
    return file;
}

static inline void write_probabilities(FILE *file, const float *probabilities, size_t count) {
    for (size_t index = 0; index < count; index++) fputc((int)(probabilities[index] * 255 + 0.5f), file);
}

#endif
