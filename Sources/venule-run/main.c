#include <stdint.h>

#ifdef VENULE_SWIFT_RUNTIME
#include <stdlib.h>
#include <unistd.h>

/// Swift's runtime looks for a program that explains crashes beside this one, before `main`, and ends the process where it cannot
/// find out what this one is, which takes /proc. Told where that program is, it does not look; there is none. Embedded Swift has
/// nothing of all this.
__attribute__((constructor(101))) static void live_without_proc(void) {
    if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_BACKTRACE", "enable=no,swift-backtrace=/", 1);
}
#endif

/// Sources/DeviceCommandLine: a C `main` lets the same sources build as Embedded Swift.
int32_t venule_run_main(int32_t argumentCount, char **arguments);

int main(int argumentCount, char **arguments) { return venule_run_main(argumentCount, arguments); }
