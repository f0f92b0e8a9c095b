#!/bin/sh
# Runs the tests of the device half under a sanitizer.
#
#     scripts/test-sanitizer.sh thread      sessions, cancellation, the thread pool, the C interface
#     scripts/test-sanitizer.sh address     all of the runtime and of the plan format
#
# The device half is built by itself, in .build-thread or .build-address.
set -eu
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
case ${1:-} in
    thread) tests='RuntimeTests\.(CancellationTests|SessionTests|StreamingTests|ExitTests|CInterfaceTests|PlatformTests)' ;;
    address) tests='RuntimeTests|PlanFormatTests' ;;
    *)
        echo "expected: $0 thread|address" >&2
        exit 1
        ;;
esac
export VENULE_DEVICE_HALF=1
# A report ends the process with an error; Swift's backtraces would only hide it.
export SWIFT_BACKTRACE=enable=no
# Tests ask for more memory than there is.
export TSAN_OPTIONS="halt_on_error=1 allocator_may_return_null=1 ${TSAN_OPTIONS:-}"
export ASAN_OPTIONS="detect_leaks=0 allocator_may_return_null=1 ${ASAN_OPTIONS:-}"
options="-c release -Xswiftc -enable-testing --sanitize=$1 --scratch-path .build-$1"
# shellcheck disable=SC2086
"$swift" build $options --build-tests
# shellcheck disable=SC2086
"$swift" test $options --skip-build --filter "$tests"
