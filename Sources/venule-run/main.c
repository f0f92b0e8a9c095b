#include <stdint.h>

/// Sources/RunCommand: a C `main` lets the same sources build as Embedded Swift.
int32_t venule_run_main(int32_t argumentCount, char **arguments);

int main(int argumentCount, char **arguments) {
    return venule_run_main(argumentCount, arguments);
}
