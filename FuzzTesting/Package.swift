// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for libFuzzer, in a package of their own because the sanitizers' flags hold for all that is built.
// README.md has the commands.
let package = Package(
    name: "FuzzTesting",
    dependencies: [.package(name: "venule", path: "..")],
    targets: [
        .executableTarget(name: "FuzzKeras", dependencies: [.product(name: "Importer", package: "venule")])
    ],
    swiftLanguageModes: [.v6]
)
