// The tables that `--target NAME` finds.

extension CostTable {
    /// What a compilation takes where nothing else is asked for.
    public static let standard = x86AVX512

    /// By their names.
    public static let stored: [CostTable] = [x86AVX512]

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
}
