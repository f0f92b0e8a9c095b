// The tables that `--target NAME` finds.

extension CostTable {
    /// What a compilation takes where nothing else is asked for.
    public static let standard = x86AVX512

    /// By their names.
    public static let stored: [CostTable] = [x86AVX512, x86AVX2, cortexA72, cortexA53]

    static let x86AVX512 = CostTable(
        name: "x86-64-avx512", origin: "fitted to 9 plans of IterNet k = 32 at 592x592 on one core of an AMD EPYC with AVX-512",
        multiplyAccumulatesPerSecond: 1.2e11,
        productsPerSecond: 1.28e11,
        secondsPerTile4x4: 53e-9,
        secondsPerTile2x2: 16e-9,
        secondsPerStep: 1.7e-6,
        nearBytes: 41_943_040,
        nearWeightBytesPerSecond: 90e9,
        farWeightBytesPerSecond: 70e9)

    static let x86AVX2 = CostTable(
        name: "x86-64-avx2",
        origin:
            "x86-64-avx512 times the ratios of bench --calibrate with AVX2 and with AVX-512 on the same AMD EPYC; reading weights assumed",
        multiplyAccumulatesPerSecond: 6.2e10,
        productsPerSecond: 6.4e10,
        secondsPerTile4x4: 66e-9,
        secondsPerTile2x2: 15e-9,
        secondsPerStep: 1.5e-6,
        nearBytes: 41_943_040,
        nearWeightBytesPerSecond: 67e9,
        farWeightBytesPerSecond: 52e9)

    // Documentation/CostTables.md says what the two below are reckoned from.

    static let cortexA72 = CostTable(
        name: "cortex-a72", origin: "not measured: reckoned for a Cortex-A72 at 1.5 GHz with 1 MiB of second-level cache",
        multiplyAccumulatesPerSecond: 5.5e9,
        productsPerSecond: 5.5e9,
        secondsPerTile4x4: 1.15e-6,
        secondsPerTile2x2: 0.35e-6,
        secondsPerStep: 9e-6,
        nearBytes: 1_048_576,
        nearWeightBytesPerSecond: 8e9,
        farWeightBytesPerSecond: 4e9)

    static let cortexA53 = CostTable(
        name: "cortex-a53", origin: "not measured: reckoned for a Cortex-A53 at 1.2 GHz with 512 KiB of second-level cache",
        multiplyAccumulatesPerSecond: 2.9e9,
        productsPerSecond: 2.9e9,
        secondsPerTile4x4: 1.44e-6,
        secondsPerTile2x2: 0.44e-6,
        secondsPerStep: 12e-6,
        nearBytes: 524_288,
        nearWeightBytesPerSecond: 4e9,
        farWeightBytesPerSecond: 2e9)
}
