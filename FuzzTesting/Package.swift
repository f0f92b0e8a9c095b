// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for libFuzzer, in a package of their own because the sanitizers' flags hold for all that is built.
// README.md has the commands.
let device = Target.Dependency.product(name: "Device", package: "venule")
let importer = Target.Dependency.product(name: "Importer", package: "venule")

let package = Package(
    name: "FuzzTesting",
    dependencies: [.package(name: "venule", path: "..")],
    targets: [
        // What the targets on models share: seeds from the tests' fixtures, libFuzzer's driver.
        .target(name: "FuzzSupport"),
        .executableTarget(name: "FuzzONNX", dependencies: ["FuzzSupport", importer]),
        .executableTarget(name: "FuzzHDF5", dependencies: ["FuzzSupport", importer]),
        .executableTarget(name: "FuzzKeras", dependencies: ["FuzzSupport", importer]),
        // What the targets on plans share: changing plans, running them, counting.
        .target(name: "PlanFuzzing", dependencies: [device]),
        .executableTarget(name: "FuzzPlanBytes", dependencies: ["PlanFuzzing"]),
        .executableTarget(name: "FuzzPlan", dependencies: ["PlanFuzzing"]),
        .executableTarget(name: "FuzzPlanRun", dependencies: ["PlanFuzzing"]),
        .executableTarget(name: "FuzzNPY", dependencies: ["PlanFuzzing"]),
    ],
    swiftLanguageModes: [.v6]
)
