// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for libFuzzer, in a package of their own because the sanitizers' flags hold for all that is built.
// README.md has the commands.
let device = Target.Dependency.product(name: "Device", package: "venule")
let compiler = Target.Dependency.product(name: "Compiler", package: "venule")
let importer = Target.Dependency.product(name: "Importer", package: "venule")

let package = Package(
    name: "FuzzTesting",
    dependencies: [.package(name: "venule", path: "..")],
    targets: [
        // What all share: libFuzzer's driver; seeds from the tests' fixtures.
        .target(name: "FuzzSupport"),
        .executableTarget(name: "FuzzONNX", dependencies: ["FuzzSupport", importer]),
        .executableTarget(name: "FuzzCompile", dependencies: ["DeviceFuzzing", "FuzzSupport", compiler, importer]),
        .executableTarget(name: "FuzzHDF5", dependencies: ["FuzzSupport", importer]),
        .executableTarget(name: "FuzzKeras", dependencies: ["FuzzSupport", importer]),
        // What the targets on the device half share: changing plans, running them, counting.
        .target(name: "DeviceFuzzing", dependencies: ["FuzzSupport", device]),
        .executableTarget(name: "FuzzPlanBytes", dependencies: ["DeviceFuzzing"]),
        .executableTarget(name: "FuzzPlan", dependencies: ["DeviceFuzzing"]),
        .executableTarget(name: "FuzzPlanRun", dependencies: ["DeviceFuzzing"]),
        .executableTarget(name: "FuzzNPY", dependencies: ["DeviceFuzzing"]),
        .executableTarget(name: "FuzzPNM", dependencies: ["DeviceFuzzing"]),
    ],
    swiftLanguageModes: [.v6]
)
