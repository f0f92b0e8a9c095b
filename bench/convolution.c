// Speed of the convolution kernels, one thread, beside what this core can do at most:
//
//   clang -O3 -ffp-contract=off -fno-math-errno -ISources/Kernels/include Sources/Kernels/*.c bench/convolution.c -o convolution
//   ./convolution [avx512|avx2|portable] [rows of a step, 0: as in the table below] [part of a shape's label] [algorithm]
//
// Every algorithm that a shape has is measured; the speed counts the multiplications of direct convolution, so that
// Winograd's may exceed the peak.
// Each shape runs as a row schedule would run it, in steps over short rings of rows. The time is that of the quickest
// decile of all steps of several runs (the thread's own CPU time) times the number of steps, so that
// other work on the machine, which evicts caches and shares cores, disturbs little. The peak is measured by a loop of independent fused
// multiply-adds in registers of the same instruction set.

#include "venule_kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *label;
    uint32_t width, height, inputs, outputs, kernel, stride;
    int isTransposed;
    uint32_t stepRows;
    uint32_t pooling;
} shape;

static const shape shapes[] = {
    {"3x3 592x592 32->32", 592, 592, 32, 32, 3, 1, 0, 4, 1},
    {"3x3 296x296 64->64", 296, 296, 64, 64, 3, 1, 0, 4, 1},
    {"3x3 148x148 128->128", 148, 148, 128, 128, 3, 1, 0, 4, 1},
    {"3x3 74x74 256->256", 74, 74, 256, 256, 3, 1, 0, 4, 1},
    {"3x3 37x37 512->512", 37, 37, 512, 512, 3, 1, 0, 8, 1},
    {"3x3 8x8 512->512", 8, 8, 512, 512, 3, 1, 0, 8, 1},
    {"3x3 592x592 8->8", 592, 592, 8, 8, 3, 1, 0, 4, 1},
    {"3x3 592x592 16->16", 592, 592, 16, 16, 3, 1, 0, 4, 1},
    {"3x3 592x592 3->32", 592, 592, 3, 32, 3, 1, 0, 4, 1},
    {"3x3 296x296 64->64 pooled", 296, 296, 64, 64, 3, 1, 0, 4, 2},
    {"3x3 s2 296x296 64->64", 296, 296, 64, 64, 3, 2, 0, 4, 1},
    {"1x1 592x592 64->32", 592, 592, 64, 32, 1, 1, 0, 4, 1},
    {"1x1 592x592 32->1", 592, 592, 32, 1, 1, 1, 0, 4, 1},
    {"transposed 2x2 37x37 512->256", 37, 37, 512, 256, 2, 2, 1, 8, 1},
    {"transposed 2x2 148x148 128->64", 148, 148, 128, 64, 2, 2, 1, 8, 1},
    {"transposed 2x2 296x296 64->32", 296, 296, 64, 32, 2, 2, 1, 8, 1},
};

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef float wide16 __attribute__((vector_size(64)));
typedef float wide8 __attribute__((vector_size(32)));
typedef float wide4 __attribute__((vector_size(16)));

// Twelve chains hide the latency on every CPU of interest; the compiler may not see that the factors are constant.
#define PEAK(name, type, lanes, attributes, step)                                                                      \
    attributes static double name(long rounds, float factor, float *sink) {                                            \
        type sums[12], x = (type){} + factor, y = (type){} + factor;                                                   \
        for (int i = 0; i < 12; i++) sums[i] = (type){} + (float)i;                                                    \
        const double start = cpu_seconds();                                                                            \
        for (long r = 0; r < rounds; r++) {                                                                            \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < 12; i++) sums[i] = step;                            \
        }                                                                                                              \
        const double seconds = cpu_seconds() - start;                                                                  \
        for (int i = 0; i < 12; i++) *sink += sums[i][0];                                                              \
        return 2.0 * lanes * 12.0 * (double)rounds / seconds * 1e-9;                                                   \
    }

#if defined(__x86_64__)
PEAK(peak_avx512, wide16, 16, __attribute__((target("avx512f"))), __builtin_elementwise_fma(x, sums[i], y))
PEAK(peak_avx2, wide8, 8, __attribute__((target("avx2,fma"))), __builtin_elementwise_fma(x, sums[i], y))
PEAK(peak_portable, wide4, 4, , x *sums[i] + y)
#else
PEAK(peak_portable, wide4, 4, , __builtin_elementwise_fma(x, sums[i], y))
#endif

static double peak(venule_isa isa) {
    double best = 0;
    float sink = 0;
    for (int run = 0; run < 7; run++) {
        double found = 0;
#if defined(__x86_64__)
        if (isa == VENULE_ISA_AVX512) found = peak_avx512(3000000, 0.5f + sink * 1e-30f, &sink);
        if (isa == VENULE_ISA_AVX2) found = peak_avx2(3000000, 0.5f + sink * 1e-30f, &sink);
#endif
        if (found == 0) found = peak_portable(3000000, 0.5f + sink * 1e-30f, &sink);
        if (found > best) best = found;
    }
    return best;
}

static float *filled(size_t count) {
    float *floats = aligned_alloc(64, (count * 4 + 63) / 64 * 64);
    if (!floats) exit(1);
    for (size_t i = 0; i < count; i++) floats[i] = (float)(i * 2654435761u % 1024) / 1024.0f - 0.5f;
    return floats;
}

typedef struct {
    venule_layout layout;
    size_t rowFloats;
    uint32_t rows;
    float *floats;
} ring;

static ring make_ring(uint32_t channels, uint32_t width, uint32_t height, uint32_t rows) {
    const uint32_t stride = (width + 2) * VENULE_LANES, blocks = (channels + 15) / 16;
    ring made = {{channels, width, height, stride}, (size_t)stride * blocks, rows, NULL};
    made.floats = filled(made.rowFloats * rows);
    return made;
}

static float *ring_row(const ring *from, int row) {
    return from->floats + (size_t)((row + 64 * (int)from->rows) % (int)from->rows) * from->rowFloats + VENULE_LANES;
}

/// Times of the steps of one run, appended to `times`; the last step counts by its share of rows.
static size_t time_steps(const shape *s, uint32_t algorithm, const venule_kernel *kernel, uint32_t stepRows,
    const float *const *constants, double *times) {
    const int isTransposed = s->isTransposed;
    const uint32_t outWidth = isTransposed ? s->width * s->stride : s->width / s->stride;
    const uint32_t outHeight = isTransposed ? s->height * s->stride : s->height / s->stride;
    const uint32_t reach = stepRows * s->stride + s->kernel;
    ring source = make_ring(s->inputs, s->width, s->height, reach);
    ring result = make_ring(s->outputs, outWidth / s->pooling, outHeight / s->pooling, stepRows);
    float *scratch = filled((size_t)4 << 20);
    venule_convolution direct = {algorithm, s->kernel, s->kernel, s->stride, s->stride, 1, 1, (int)s->kernel / 2,
        (int)s->kernel / 2, outHeight, outWidth, 1, {1, 0, 0, 0}, s->pooling, s->pooling, 0};
    venule_transposed_convolution transposed = {s->kernel, s->kernel, s->stride, s->stride, 1, 1, 0, 0, {1, 0, 0, 0}};
    const float *sourceRows[4096];
    float *resultRows[4096];
    size_t count = 0;
    for (uint32_t first = 0; first < outHeight; first += stepRows) {
        const uint32_t rows = first + stepRows < outHeight ? stepRows : outHeight - first;
        const int from = isTransposed ? (int)(first / s->stride) : (int)(first * s->stride) - (int)s->kernel / 2;
        for (uint32_t i = 0; i < reach; i++) sourceRows[i] = ring_row(&source, from + (int)i);
        for (uint32_t i = 0; i < rows; i++) resultRows[i] = ring_row(&result, (int)(first / s->pooling + i));
        venule_source in = {source.layout, from, reach, sourceRows};
        venule_result out = {result.layout, (int)(first / s->pooling), rows / s->pooling, resultRows};
        venule_step step = {
            isTransposed ? (void *)&transposed : (void *)&direct, &in, &out, 1, 1, constants, first, rows, 1};
        const double start = cpu_seconds();
        kernel->run(&step, 0, kernel->count(&step), scratch);
        times[count++] = (cpu_seconds() - start) * stepRows / rows;
    }
    free(source.floats);
    free(result.floats);
    free(scratch);
    return count;
}

static int compare_times(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

#define ALGORITHM_COUNT 5
/// Rows of a tile and multiplications for a weight; 0 where the algorithm is not for ordinary convolutions.
static const uint32_t tileRows[ALGORITHM_COUNT] = {1, 0, 0, 4, 2};
static const double growth[ALGORITHM_COUNT] = {1, 0, 0, 36.0 / 9, 16.0 / 9};

static void measure(const shape *s, venule_isa isa, uint32_t algorithm, uint32_t rows, double most) {
    const int isWinograd = algorithm > 0;
    if (tileRows[algorithm] == 0 || (isWinograd && (s->kernel != 3 || s->stride != 1 || s->isTransposed))) return;
    const venule_kernel *kernel =
        venule_kernel_find(isa, s->isTransposed ? VENULE_TRANSPOSED_CONVOLUTION : VENULE_CONVOLUTION, algorithm);
    const uint32_t blocks = (s->outputs + 15) / 16;
    float *weights = filled((size_t)(growth[algorithm] * blocks * 16 * s->inputs * s->kernel * s->kernel));
    float *bias = filled((size_t)blocks * 16);
    const float *constants[] = {weights, bias};
    const uint32_t stepRows = rows ? rows : s->stepRows;
    static double times[65536];
    size_t count = 0;
    for (int run = 0; run < 100 && (run < 5 || count < 40); run++)
        count += time_steps(s, algorithm, kernel, stepRows, constants, times + count);
    qsort(times, count, sizeof times[0], compare_times);
    const double height = s->isTransposed ? s->height * s->stride : s->height / s->stride;
    const double best = times[count / 10] * height / stepRows;
    const double pixels = (double)s->width * s->height / (s->isTransposed ? 1 : s->stride * s->stride);
    const double flops = 2.0 * pixels * s->inputs * s->outputs * s->kernel * s->kernel;
    const double speed = flops / best * 1e-9;
    printf(
        "%-32s %8.2f ms %8.1f GFLOP/s %5.1f %%  %s\n", s->label, best * 1e3, speed, 100 * speed / most, kernel->name);
    free(weights);
    free(bias);
}

int main(int argumentCount, char **arguments) {
    venule_isa isa = venule_isa_best();
    for (venule_isa other = VENULE_ISA_PORTABLE; other <= VENULE_ISA_NEON; other++)
        if (argumentCount > 1 && strcmp(arguments[1], venule_isa_name(other)) == 0) isa = other;
    if (!venule_isa_available(isa)) return 1;
    const uint32_t rows = argumentCount > 2 ? (uint32_t)atoi(arguments[2]) : 0;
    const double most = peak(isa);
    printf("%s, peak %.1f GFLOP/s\n", venule_isa_name(isa), most);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const shape *s = &shapes[i];
        if (argumentCount > 3 && !strstr(s->label, arguments[3])) continue;
        for (uint32_t algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++) {
            if (argumentCount > 4 && algorithm != (uint32_t)atoi(arguments[4])) continue;
            measure(s, isa, algorithm, rows, most);
        }
    }
    return 0;
}
