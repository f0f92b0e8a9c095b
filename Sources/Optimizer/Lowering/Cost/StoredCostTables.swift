// The tables that `--target NAME` finds.

extension CostTable {
    /// What a compilation takes where nothing else is asked for.
    public static let standard = x86AVX512

    /// By their names.
    public static let stored: [CostTable] = [x86AVX512]

    static let x86AVX512 = CostTable(
        name: "x86-64-avx512", origin: "fitted to 20 plans of IterNet k = 32 at 592x592 on one core of an AMD EPYC with AVX-512",
        multiplyAccumulatesPerSecond: 1.2e11,
        productsPerSecond: 1.28e11,
        secondsPerTile4x4: 95e-9,
        secondsPerTile2x2: 28e-9,
        secondsPerStep: 0.2e-6,
        nearBytes: 41_943_040,
        nearWeightBytesPerSecond: 75e9,
        farWeightBytesPerSecond: 36e9)
}
