#!/usr/bin/env bash
# Builds the device half as Embedded Swift for one kind of device: the runner, static and stripped, and the C library.
#
#     scripts/build-device.sh ARCHITECTURE LINKAGE FOLDER
#
# ARCHITECTURE is aarch64, armv7 (hard-float, NEON), riscv64 or x86_64; LINKAGE is musl or glibc.
# FOLDER gets venule-run, libvenule.a, venule.h and README.md. With the LINKAGE shared, for aarch64 and x86_64, it gets
# libvenule.so.0, for glibc 2.17 and later, and libvenule.a and venule.h, but no program.
#
# SwiftPM compiles what depends on no C library: Swift and the kernels. Platform and main are compiled here against the
# linkage's headers, and the program is linked here.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "error: $1" >&2
    exit 1
}
[ $# -eq 3 ] || fail "expected: $0 ARCHITECTURE LINKAGE FOLDER"
architecture=$1 linkage=$2 folder=$3
swift=${SWIFT:-swift}
tools=$(dirname "$(command -v "$swift")")
flags=() codegen=()
case $architecture in
    aarch64)
        triple=aarch64-none-none-elf gnu=aarch64-linux-gnu musl=aarch64-linux-musl debian=arm64
        requirements="Any 64-bit ARM (ARMv8-A) with Linux."
        ;;
    armv7)
        triple=armv7-none-none-eabi gnu=arm-linux-gnueabihf musl=arm-linux-musleabihf debian=armhf
        flags=(-march=armv7-a -mthumb -mfloat-abi=hard -mfpu=neon)
        requirements="A 32-bit ARMv7-A with NEON and Linux, hard-float. VFPv4 (fused multiply-add) is used where the CPU has it."
        ;;
    riscv64)
        triple=riscv64-none-none-eabi gnu=riscv64-linux-gnu musl=riscv64-linux-musl debian=riscv64
        flags=(-march=rv64gc -mabi=lp64d)
        # What flags say of the CPU does not reach the code that is made of bitcode when linking.
        codegen=(-mllvm -mattr=+m,+a,+f,+d,+c)
        requirements="A 64-bit RISC-V with Linux (RV64GC)."
        ;;
    x86_64)
        triple=x86_64-unknown-none-elf gnu=x86_64-linux-gnu musl=x86_64-linux-musl debian=amd64
        requirements="Any x86-64 with Linux; AVX2 and AVX-512 are used where the CPU has them."
        ;;
    *) fail "architecture '$architecture': expected aarch64, armv7, riscv64 or x86_64" ;;
esac

# MARK: Swift and the kernels

# A scratch folder for each architecture, since SwiftPM locks it: several can be built at the same time.
scratch=$PWD/.build-devices/$architecture
bitcode=$scratch/bitcode
mkdir -p "$bitcode"
VENULE_EMBEDDED=1 "$swift" build -c release --triple "$triple" --toolset "toolsets/embedded-$architecture.json" \
    --scratch-path "$scratch" --target Kernels >&2

# What SwiftPM does with the same flags, but for link-time optimization, with which it loses the compiler's output. The
# modules become one there: what several have is there once, and what is called once goes where it is called.
#
# -mergeable-traps: else each failed check has a trap of its own. -fomit-frame-pointer: nobody walks these stacks.
# -num-threads 0: one module of LLVM's for each of Swift's. The other flags are those of toolsets/.
for module in Kernels Platform; do
    printf 'module %s { umbrella "%s" export * }\n' "$module" "$PWD/Sources/$module/include" >"$bitcode/$module.modulemap"
done
mapfile -t options < <(sed -n '/swiftCompiler/,/]/p' "toolsets/embedded-$architecture.json" | sed '1,2d' | grep -o '"[^"]*"' | tr -d '"')
stale= previous=
modules=(PlanFormat Runtime VenuleC)
[ "$linkage" = shared ] || modules+=(Shapes Files DeviceCommandLine)
for module in "${modules[@]}"; do
    [ -f "$bitcode/$module.bc" ] || stale=yes
    # A build of the shared library alone makes anew only what it needs of what other modules import.
    [ -z "$previous" ] || [ ! "$bitcode/$previous.bc" -nt "$bitcode/$module.bc" ] || stale=yes
    previous=$module
    [ -n "$stale" ] || stale=$(find "Sources/$module" Sources/*/include toolsets "$0" -newer "$bitcode/$module.bc" -print -quit)
    [ -n "$stale" ] || continue
    mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
    "${swift}c" -module-name "$module" -package-name venule -swift-version 6 -parse-as-library -target "$triple" "${options[@]}" \
        -num-threads 0 -lto=llvm-full -Xfrontend -mergeable-traps -Xcc -fomit-frame-pointer \
        -I "$bitcode" -I Sources/CVenule -Xcc "-fmodule-map-file=$bitcode/Kernels.modulemap" \
        -Xcc "-fmodule-map-file=$bitcode/Platform.modulemap" -module-cache-path "$bitcode/cache" \
        -emit-module -emit-module-path "$bitcode/$module.swiftmodule" -c -o "$bitcode/$module.bc" "${sources[@]}"
done

# MARK: The C library's side

work=.build-devices/$architecture-$linkage
rm -rf "$work"
mkdir -p "$work/objects" "$folder"
gcc=$(echo /usr/lib/gcc-cross/$gnu/*/libgcc.a /usr/lib/gcc/$gnu/*/libgcc.a | tr ' ' '\n' | grep -v '\*' | sort -V | tail -n 1)
[ -n "$gcc" ] || fail "libgcc of $gnu is missing; 'make devices' installs it"
headers=(-isystem "$("$tools/clang" -print-resource-dir)/include")
platform=()
case $linkage in
    glibc | shared)
        [ "$linkage" = glibc ] || platform=(-DVENULE_SHARED)
        target=$gnu
        library=/usr/$gnu/lib
        if [ "$gnu" = "$(gcc -dumpmachine 2>/dev/null)" ]; then
            library=/usr/lib/$gnu
            headers+=(-isystem "/usr/include/$gnu" -isystem /usr/include)
        else
            headers+=(-isystem "/usr/$gnu/include")
        fi
        ;;
    musl)
        target=$musl
        library=$(scripts/musl.sh "$debian") || exit 1
        # The kernel's own headers, which musl does without, are the same for every C library.
        case $architecture in
            x86_64) headers+=(-isystem "${library/\/lib\//\/include\/}" -isystem "/usr/include/$gnu" -isystem /usr/include) ;;
            *) headers+=(-isystem "${library/\/lib\//\/include\/}" -isystem "/usr/$gnu/include") ;;
        esac
        ;;
    *) fail "linkage '$linkage': expected musl, glibc or shared" ;;
esac
[ -f "$library/libc.a" ] || fail "$library/libc.a is missing; 'make devices' installs it"

for source in Sources/Platform/*.c Sources/venule-run/main.c; do
    "$tools/clang" --target="$target" "${flags[@]}" -nostdinc "${headers[@]}" -ISources/Platform/include -std=gnu11 -Os \
        -fPIC -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables "${platform[@]}" \
        -c "$source" -o "$work/objects/$(basename "$source").o"
done
# The triple of the C library, which names the calling convention.
for module in "${modules[@]}"; do
    "$tools/clang" --target="$target" "${flags[@]}" -Wno-override-module -Oz -fPIC -flto -c "$bitcode/$module.bc" \
        -o "$work/objects/$module.bc"
done
runtime=("$work"/objects/{PlanFormat,Runtime}.bc)
mapfile -t native < <(find "$scratch/$triple/release/Kernels.build" -name '*.o' | sort)
mapfile -t -O "${#native[@]}" native < <(find "$work/objects" -name '*.c.o' ! -name main.c.o | sort)

# MARK: The program

if [ "$linkage" != shared ]; then
    end=()
    [ "$linkage" = glibc ] && end=("${gcc%.a}_eh.a")
    # Functions with the same code become one: nothing here tells functions apart by their address. Sequences of instructions
    # that Swift repeats become functions where LLVM does that by itself, on aarch64 and riscv64: asked for it repeatedly
    # (-machine-outliner-reruns) it makes programs for armv7 that crash, and elsewhere it saves no more than 2%.
    link=()
    for option in "${codegen[@]}"; do link+=(-Xlinker "$option"); done
    "$tools/clang" --target="$target" "${flags[@]}" -fuse-ld=lld -static -nostdlib -Wl,--gc-sections -Wl,--icf=all \
        -flto "${link[@]}" -Wl,-Map="$work/map" -o "$work/venule-run" \
        "$library/crt1.o" "$library/crti.o" "$work/objects/main.c.o" "$work"/objects/{DeviceCommandLine,Files,Shapes}.bc "${runtime[@]}" "${native[@]}" \
        -Wl,--start-group "$library/libm.a" "$library/libc.a" "$gcc" "${end[@]}" -Wl,--end-group "$library/crtn.o"
    "$tools/llvm-objcopy" --strip-all "$work/venule-run" "$folder/venule-run"
fi

# MARK: The C library

# One object in which only venule.h's functions are visible, since Swift's own would clash with those of another Embedded
# Swift library, and with nothing that those do not reach: lld cannot drop sections here. GNU ld does not know the
# relocations in the debug information of clang for RISC-V.
"$tools/ld.lld" -r "${codegen[@]}" -mllvm -relocation-model=pic \
    -o "$work/objects/swift.o" "$work/objects/VenuleC.bc" "${runtime[@]}"
stripped=()
for part in "$work/objects/swift.o" "${native[@]}"; do
    stripped+=("$work/objects/${#stripped[@]}.stripped.o")
    "$tools/llvm-objcopy" --strip-debug "$part" "${stripped[-1]}"
done
sed -n 's/.*[ *]\(venule_[a-z_]*\)(.*/\1/p' Sources/CVenule/venule.h | sort -u >"$work/functions"
binutils=$gnu-
command -v "${binutils}ld" >/dev/null || binutils=
# shellcheck disable=SC2046
"${binutils}ld" -r --gc-sections $(sed 's/^/-u /' "$work/functions") -o "$work/venule.o" "${stripped[@]}"
"${binutils}objcopy" --keep-global-symbols="$work/functions" --strip-unneeded "$work/venule.o"
rm -f "$folder/libvenule.a"
"${binutils}ar" rcsD "$folder/libvenule.a" "$work/venule.o"
cp Sources/CVenule/venule.h "$folder/venule.h"

# MARK: The shared library

# Functions that glibc has moved or renamed since 2.17 are asked for by the version of before, which every glibc has. Before
# 2.34 those of threads lie in a library of their own, which is empty since. On aarch64 the loader has the value by which
# functions notice that their stack was overwritten. What is exported is what venule.h declares.
if [ "$linkage" = shared ]; then
    case $architecture in
        aarch64) oldest=GLIBC_2.17 emulation=aarch64linux loader=ld-linux-aarch64.so.1 ;;
        x86_64) oldest=GLIBC_2.2.5 emulation=elf_x86_64 loader=ld-linux-x86-64.so.2 ;;
        *) fail "there is no shared library for $architecture, only for aarch64 and x86_64" ;;
    esac
    versions=(--redefine-sym "fcntl64=fcntl@$oldest")
    for function in pthread_attr_setstacksize pthread_create pthread_join pthread_sigmask; do
        versions+=(--redefine-sym "$function=$function@$oldest")
    done
    "${binutils}objcopy" "${versions[@]}" "$work/venule.o" "$work/shared.o"
    { echo "{ global:" && sed 's/$/;/' "$work/functions" && echo "local: *; };"; } >"$work/exports"
    "${binutils}ld" -m "$emulation" -shared -soname libvenule.so.0 --version-script "$work/exports" -O1 --gc-sections --strip-all \
        --hash-style=gnu --build-id=none -z now -z relro -z noexecstack -z text -z defs -o "$folder/libvenule.so.0" "$work/shared.o" \
        --no-as-needed "$library/libpthread.so.0" "$library/libc.so.6" --as-needed "$library/$loader" --exclude-libs ALL "$gcc"
    exit
fi

cat >"$folder/README.md" <<END
# Venule for $architecture, static $linkage

| file | |
|---|---|
| venule-run | The command line: \`venule-run --help\`. Static, needs no library and no file beside it. |
| libvenule.a, venule.h | The runtime for C programs: \`cc -I. program.c -L. -lvenule -lm -lpthread\`. It fits programs of this C library only. |

$requirements A plan made by \`venule compile\` on any machine runs here. The kernels that suit the CPU best are chosen at start;
\`VENULE_ISA\` chooses others.
END
