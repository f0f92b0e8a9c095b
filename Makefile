# `make demo` and `make test` are all that a newcomer needs; README.md has worked examples.

SWIFT ?= swift
PREFIX ?= /usr/local
OUT ?= out

# libhdf5-dev, libzip-dev and zlib1g-dev read Keras files, libssl-dev hashes, libopenblas-dev runs the reference evaluator, libprotobuf-c-dev is for ONNX files,
# the others read photographs; SwiftPM needs git and pkg-config.
PACKAGES = libhdf5-dev libzip-dev zlib1g-dev libssl-dev libprotobuf-c-dev libopenblas-dev libpng-dev libjpeg62-turbo-dev libtiff-dev libwebp-dev \
	libgif-dev libopenjp2-7-dev pkg-config git

MODEL = models/iternet_k8_n3.hdf5
PHOTOGRAPH = models/retina.jpg

# Builds PlanFormat, Kernels, Runtime and Platform as Embedded Swift and runs one plan with them.
EMBEDDED_TEST ?= scripts/test-embedded.sh

# Cross compilers' libraries (Swift's own clang compiles), musl for this machine's processor, and the emulators that
# `make test` runs the devices' programs with.
DEVICE_PACKAGES = gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf gcc-riscv64-linux-gnu libc6-dev-arm64-cross \
	libc6-dev-armhf-cross libc6-dev-riscv64-cross musl-tools qemu-user

# The C library is made of the same objects as the devices'; manual pages and completions are written by Python.
INSTALL_PACKAGES = gcc binutils libc6-dev python3

.PHONY: all deps build demo test lint format test-header test-embedded test-threads test-memory test-images test-pages docs-check conformance conformance-cases compare-onnxruntime compare-scikit onnx-proto install uninstall test-install clean devices test-devices bench wheel test-python test-cohort

all: build

deps:
	@scripts/install-packages.sh $(PACKAGES)

# `venule` with Swift's library inside, so that it needs nothing of the toolchain.
STATIC = VENULE_STATIC_STDLIB=1

build: deps
	$(STATIC) $(SWIFT) build -c release --product venule
	$(SWIFT) build -c release --product venule-run

demo: build
	@scripts/demo.sh "$$($(SWIFT) build -c release --show-bin-path)" $(MODEL) $(PHOTOGRAPH) $(OUT)

# Optimised: without, the kernels and the reference evaluator are some twenty times slower.
TEST_BUILD = -c release -Xswiftc -enable-testing

test: deps lint
	$(MAKE) --no-print-directory test-header
	$(SWIFT) build $(TEST_BUILD) --build-tests
	$(MAKE) --no-print-directory test-embedded
	$(MAKE) --no-print-directory test-devices
	$(MAKE) --no-print-directory test-install
	$(MAKE) --no-print-directory test-python
	$(MAKE) --no-print-directory docs-check
	$(SWIFT) test $(TEST_BUILD) --skip-build

# Code that is formatted otherwise than .swift-format and .clang-format say is an error; `make format` mends it.
lint:
	@scripts/install-packages.sh clang-format
	@SWIFT=$(SWIFT) scripts/format.sh --check

format:
	@scripts/install-packages.sh clang-format
	@SWIFT=$(SWIFT) scripts/format.sh

# Compares with the programs of the build that the tests run.
test-embedded: deps
	$(SWIFT) build $(TEST_BUILD)
	$(EMBEDDED_TEST) $$($(SWIFT) build $(TEST_BUILD) --show-bin-path)

# The C interface's header by each standard of C and C++, with two compilers.
test-header:
	@scripts/install-packages.sh gcc g++
	@scripts/test-header.sh

# The commands that the pages show, run with the programs of the build that the tests run, and what they print compared.
docs-check: deps
	@scripts/install-packages.sh python3
	$(SWIFT) build $(TEST_BUILD) --product venule
	$(SWIFT) build $(TEST_BUILD) --product venule-run
	python3 Tests/DocsCheck/test_docs_check.py
	scripts/docs-check.py "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)"

# The runtime's tests under ThreadSanitizer, and with those of the loader under AddressSanitizer.
test-threads:
	scripts/test-sanitizer.sh thread

test-memory:
	scripts/test-sanitizer.sh address

# Pictures in all forms as ImagingTests reads them, and large ones, made anew.
test-images: deps
	@scripts/install-packages.sh libtiff-tools libjpeg-turbo-progs
	scripts/test-images.sh $(SWIFT)

# The pages of `inspect --html` in headless Chromium, with the programs of the build that the tests run; pictures in out/pages.
test-pages: deps
	$(SWIFT) build $(TEST_BUILD) --product venule
	scripts/test-pages.sh "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)" $(OUT)/pages

# The runner and the C library for each kind of device, in out/devices; the sizes are printed.
devices:
	@scripts/install-packages.sh $(DEVICE_PACKAGES)
	@scripts/build-devices.sh $(OUT)/devices $(TARGETS)

# Those whose C library is a package of this machine's processor, run natively or emulated and compared with the build
# that the tests run.
test-devices: deps
	@scripts/install-packages.sh $(DEVICE_PACKAGES)
	$(SWIFT) build $(TEST_BUILD)
	@scripts/build-devices.sh .build-devices/tested aarch64-glibc armv7-glibc riscv64-glibc x86_64-musl aarch64-shared x86_64-shared
	@scripts/test-shared.sh .build-devices/tested/*-shared/libvenule.so.0
	@scripts/test-devices.sh "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)" .build-devices/tested

# The wheels of the Python package, in out/wheels: for this machine's processor, and for 64-bit ARM where its cross compiler is.
wheel:
	@scripts/install-packages.sh python3 python3-venv
	@scripts/build-wheel.sh $(OUT)/wheels

# The wheel of this machine's processor, installed in a virtual environment and compared with the build that the tests run.
test-python: deps
	@scripts/install-packages.sh python3 python3-venv
	$(SWIFT) build $(TEST_BUILD) --product venule
	$(SWIFT) build $(TEST_BUILD) --product venule-run
	@scripts/test-python.sh "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)"

# The cohort examples on clusters of this machine. Spark is a download of 456 MB, and needs Java.
test-cohort: deps
	@scripts/install-packages.sh python3 python3-venv
	$(SWIFT) build $(TEST_BUILD) --product venule
	$(SWIFT) build $(TEST_BUILD) --product venule-run
	@scripts/test-cohort.sh "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)"

# The programs, the C library, manual pages and completions; Documentation/Installing.md says what goes where. DESTDIR is for
# packages.
install: build
	@scripts/install-packages.sh $(INSTALL_PACKAGES)
	@PREFIX="$(PREFIX)" scripts/install.sh stage "$$($(SWIFT) build -c release --show-bin-path)" .build-install
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh copy .build-install

uninstall:
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh remove

# Installs the build that the tests run into a temporary folder, tries all of it, and removes it.
test-install: deps
	@scripts/install-packages.sh $(INSTALL_PACKAGES) man-db mandoc zsh fish
	$(STATIC) $(SWIFT) build $(TEST_BUILD) --product venule
	$(SWIFT) build $(TEST_BUILD) --product venule-run
	@scripts/test-install.sh "$$($(SWIFT) build $(TEST_BUILD) --show-bin-path)"

# ONNX's own test cases through the importer, the reference evaluator and plans, each with its expected outcome.
conformance: deps
	scripts/conformance.sh $(SWIFT) $(TEST_BUILD)

# Takes the outcomes as they are for the expected ones, in Tests/Conformance/cases.txt and Documentation/ONNXConformance.md.
conformance-cases: deps
	scripts/conformance.sh --rewrite $(SWIFT) $(TEST_BUILD)

# Random cases of its operators, and the whole grid of Resize, beside ONNX Runtime.
compare-onnxruntime: deps
	scripts/compare-onnxruntime.sh $(SWIFT)

# `venule evaluate` beside scikit-learn and scikit-image, on random maps.
compare-scikit: deps
	scripts/compare-scikit.sh $(SWIFT) $(TEST_BUILD)

# Makes the C code of Sources/CONNX/onnx.proto; it is committed, and needs to be made again only after a change of that file.
onnx-proto:
	@scripts/install-packages.sh protobuf-c-compiler
	cd Sources/CONNX && protoc-c --c_out=. onnx.proto && mv onnx.pb-c.h include/

# Venule beside its peers, which are installed from PyPI: bench/RESULTS.md. Takes half an hour and a quiet machine. BENCH
# gives options of bench/compare/compare.py: BENCH="--phases 592 growth --rounds 5", or "--phases report" to measure nothing.
bench: build
	bench/compare.sh "$$($(SWIFT) build -c release --show-bin-path)" $(BENCH)

clean:
	$(SWIFT) package clean
	rm -rf .build .build-embedded .build-devices .build-install .build-thread .build-address $(OUT)
