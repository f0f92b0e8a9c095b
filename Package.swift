// swift-tools-version: 6.2
import PackageDescription

// Modules depend downwards only; Documentation/Architecture.md says what lives where.

/// A build for devices, as Embedded Swift (scripts/build-embedded.sh, scripts/build-device.sh).
let isEmbedded = Context.environment["VENULE_EMBEDDED"] != nil

/// The device half also builds as Embedded Swift, so what Embedded Swift lacks is an error in every build.
let deviceSettings: [SwiftSetting] = [
    .treatWarning("EmbeddedRestrictions", as: .error)
]

/// Kernels are optimised in debug builds too: at -O0 they are 10 to 25 times slower, and tests run them.
/// Devices get them small: what is hot is unrolled by the templates, so that -Os costs no time that could be measured.
let kernelSettings: [CSetting] = [
    .unsafeFlags([isEmbedded ? "-Os" : "-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra"])
]

/// The reference evaluator too: tests compare with it, and its loops are as slow at -Onone.
let referenceSettings: [SwiftSetting] = [
    .unsafeFlags(["-O"])
]

/// The runner is linked statically, because it takes less memory then; Documentation/Runtime.md has the figures. The linker is
/// lld, because GNU ld warns of a dlopen that is never called. An Embedded build has flags of its own, in toolsets/, since the
/// compiler crashes on these there.
let runnerSettings: [LinkerSetting] =
    !isEmbedded
    ? [.unsafeFlags(["-static-executable", "-use-ld=lld", "-Xlinker", "--gc-sections"])] : []

/// What is installed needs nothing of the toolchain (the Makefile sets the variable); tests are linked with `venule`'s settings and
/// need libraries of which there are no static ones. The libraries are those that Foundation's modules are made of, which static
/// linking does not find by itself; of an archive only what is used is linked, and FoundationEssentials uses the first two alone.
/// The linker is lld, to which their order is no matter.
let isLinkedStatically = Context.environment["VENULE_STATIC_STDLIB"] != nil
let developerSettings: [LinkerSetting] =
    isLinkedStatically
    ? [
        .unsafeFlags(
            ["-static-stdlib", "-use-ld=lld"]
                + ["_FoundationCollections", "_FoundationCShims", "FoundationInternationalization", "CoreFoundation", "_FoundationICU"]
                .map { "-l\($0)" })
    ] : []

/// Assertions name their file; where it was built is nobody's business.
let generatedSettings: [CSetting] = [
    .unsafeFlags(["-fmacro-prefix-map=\(Context.packageDirectory)/="])
]

let package = Package(
    name: "venule",
    products: [
        .executable(name: "venule", targets: ["venule"]),
        .executable(name: "venule-run", targets: ["venule-run"]),
        // Installed as libvenule.a with venule.h.
        .library(name: "VenuleC", type: .static, targets: ["VenuleC"]),
        // For FuzzTesting.
        .library(name: "Importer", targets: ["Archives", "Importer"]),
        .library(name: "Compiler", targets: ["Optimizer", "Reference", "SelfTest"]),
        .library(name: "Device", targets: ["Files", "PlanFormat", "Runtime", "DeviceCommandLine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        // MARK: The compiler half
        .target(name: "GraphIR"),
        .testTarget(name: "GraphIRTests", dependencies: ["GraphIR", "TestSupport"]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Hashing", dependencies: ["CCrypto"]),
        .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
        .target(name: "ModelFiles", dependencies: ["GraphIR", "Files", "Hashing"]),
        .testTarget(name: "ModelFilesTests", dependencies: ["Files", "GraphIR", "ModelFiles"]),

        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
        // onnx.proto and what protoc-c makes of it.
        .target(name: "CONNX", dependencies: ["CProtobufC"], exclude: ["onnx.proto"], cSettings: generatedSettings),
        // Zip archives, which Keras and NumPy write.
        .target(name: "Archives", dependencies: ["CZip"]),
        .target(
            name: "Importer", dependencies: ["Archives", "Files", "GraphIR", "Hashing", "Reference", "Shapes", "CHDF5", "CZlib", "CONNX"]),
        .testTarget(
            name: "ImporterTests", dependencies: ["Archives", "Files", "Importer", "Optimizer", "Reference", "TestSupport", "venule"]),

        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "Reference", dependencies: ["GraphIR", "Shapes", "COpenBLAS"], swiftSettings: referenceSettings),
        .testTarget(name: "ReferenceTests", dependencies: ["Reference", "TestSupport"]),

        .target(name: "Optimizer", dependencies: ["Files", "GraphIR", "Hashing", "Reference", "PlanFormat", "Shapes"]),
        .testTarget(
            name: "OptimizerTests", dependencies: ["Optimizer", "Reference", "TestSupport"], exclude: ["Passes/Golden"]),

        // MARK: The device half
        .target(name: "PlanFormat", swiftSettings: deviceSettings),
        .testTarget(name: "PlanFormatTests", dependencies: ["PlanFormat"]),
        .target(name: "Kernels", cSettings: kernelSettings),
        .testTarget(name: "KernelTests", dependencies: ["Kernels", "PlanFormat", "TestSupport"]),
        .target(name: "Platform"),
        .target(name: "Shapes", swiftSettings: deviceSettings),
        .target(name: "Files", dependencies: ["Platform", "Shapes"], swiftSettings: deviceSettings),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Platform"]),
        .target(name: "Runtime", dependencies: ["PlanFormat", "Kernels", "Platform"], swiftSettings: deviceSettings),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "RuntimeTests",
            dependencies: ["Files", "Runtime", "VenuleC", "DeviceCommandLine", "AllocationCounter", "RuntimeTestSupport"]),
        .target(name: "RuntimeTestSupport", dependencies: ["Runtime"], path: "Tests/RuntimeTestSupport"),
        .systemLibrary(name: "CVenule"),
        .target(name: "VenuleC", dependencies: ["CVenule", "Runtime"], swiftSettings: deviceSettings),
        .target(name: "DeviceCommandLine", dependencies: ["Files", "Runtime"], swiftSettings: deviceSettings),
        .executableTarget(
            name: "venule-run", dependencies: ["DeviceCommandLine"],
            cSettings: isEmbedded ? [] : [.define("VENULE_SWIFT_RUNTIME")], linkerSettings: runnerSettings),

        // MARK: Both halves together
        // Two sets of kernels, from the same templates, that foretell what every CPU's compute.
        .target(name: "ProbeKernels", dependencies: ["Kernels"], cSettings: kernelSettings, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "SelfTest", dependencies: ["PlanFormat", "Platform", "ProbeKernels", "Runtime"]),
        .testTarget(
            name: "PlanTests",
            dependencies: [
                "Files", "Importer", "ModelFiles", "Optimizer", "PlanFormat", "Reference", "Runtime", "RuntimeTestSupport", "SelfTest",
                "TestSupport",
                "venule", "venule-run",
            ]),

        // MARK: The developer's tools
        .systemLibrary(name: "COpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),
        // Shims over the libraries that decode photographs.
        .target(
            name: "ImageCodecs", dependencies: ["COpenJPEG"], cSettings: [.unsafeFlags(["-Wall", "-Wextra"])],
            linkerSettings: ["png", "jpeg", "tiff", "webpdemux", "webp", "gif"].map { .linkedLibrary($0) }),
        .target(name: "Imaging", dependencies: ["Files", "ImageCodecs"]),
        .testTarget(name: "ImagingTests", dependencies: ["Files", "Imaging", "TestSupport"], exclude: ["Fixtures"]),
        // Figures of merit, of scores and truth in memory.
        .target(name: "Evaluation"),
        .testTarget(
            name: "EvaluationTests", dependencies: ["Evaluation"],
            exclude: ["Fixtures", "make_fixtures.py", "compare_scikit.py", "requirements.txt"]),
        // Pages of HTML in one file each; their styles and scripts are compiled into the program.
        .target(name: "Pages", dependencies: ["Hashing"], resources: [.embedInCode("Resources")]),
        .testTarget(name: "PagesTests", dependencies: ["Pages"]),
        .executableTarget(
            name: "venule",
            dependencies: [
                "Archives", "DeviceCommandLine", "Evaluation", "Files", "GraphIR", "Imaging", "Importer", "ModelFiles", "Optimizer",
                "Pages", "PlanFormat", "Platform", "Reference", "Runtime", "SelfTest", "Shapes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], linkerSettings: developerSettings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["venule", "venule-run", "Files", "Imaging", "Importer", "PlanFormat", "TestSupport"]),
        .target(name: "TestSupport", dependencies: ["Files", "GraphIR", "Importer", "Reference", "Runtime"], path: "Tests/TestSupport"),
        // Runs ONNX's own test cases; `make conformance`.
        .executableTarget(
            name: "onnx-conformance",
            dependencies: [
                "Files", "Importer", "ModelFiles", "Reference", "Optimizer", "PlanFormat", "Runtime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Conformance",
            exclude: ["prepare.py", "report.py", "cases.txt", "requirements.txt", "Runtime"]),
    ],
    swiftLanguageModes: [.v6]
)

// The device half with its tests alone, which builds in a fraction of the time (scripts/test-sanitizer.sh).
if Context.environment["VENULE_DEVICE_HALF"] != nil {
    let kept = [
        "PlanFormat", "PlanFormatTests", "Kernels", "Platform", "Runtime", "RuntimeTests", "RuntimeTestSupport", "AllocationCounter",
        "CVenule", "VenuleC", "Shapes", "Files", "FilesTests", "DeviceCommandLine",
    ]
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { $0.name != "VenuleC" }
    package.dependencies = []
}
