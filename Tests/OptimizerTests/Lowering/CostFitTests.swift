import Testing

@testable import Optimizer

@Suite struct CostFitTests {
    /// Times that follow the model exactly, on a processor that differs from the standard table in every figure.
    @Test func theFiguresBehindTimesAreFound() throws {
        var hidden = CostTable.standard
        for (index, figure) in CostTable.figures.enumerated() where figure.path != \.nearBytes {
            hidden[keyPath: figure.path] *= [0.2, 3, 0.7, 1.6][index % 4]
        }
        hidden.nearBytes = 12e6
        let samples = try Self.samples.get().map { sample in
            var timed = sample
            timed.seconds = sample.predicted(by: hidden)
            return timed
        }
        let fit = CostFit(samples)
        #expect(fit.largestError < 0.01)
        for figure in CostTable.figures {
            let ratio = fit.table[keyPath: figure.path] / hidden[keyPath: figure.path]
            // Any number between two probes is as good for the near bytes.
            let bounds = figure.path == \.nearBytes ? 0.5...2 : 0.95...1.05
            #expect(bounds.contains(ratio), "\(figure.name): \(ratio)")
        }
    }

    /// A figure that no probe depends on would not be measured, though the table said so.
    @Test func everyFigureDecidesTheTimeOfAProbe() throws {
        let samples = try Self.samples.get()
        for figure in CostTable.figures {
            var table = CostTable.standard
            table[keyPath: figure.path] /= 4
            let changes = samples.map { $0.predicted(by: table) / $0.predicted(by: .standard) }
            #expect(changes.contains { $0 > 1.1 || $0 < 0.9 }, "\(figure.name)")
        }
    }

    @Test func probesAreAllDifferent() {
        #expect(Set(CalibrationProbe.all.map(\.name)).count == CalibrationProbe.all.count)
    }

    /// Of every probe; the seconds are those that a test puts there.
    private static let samples: Result<[CostSample], any Error> = Result {
        try CalibrationProbe.all.map { probe in
            let tall = probe.isDifference ? try probe.compiledTall().plan : nil
            return CostSample(try probe.compiled().plan, minus: tall, seconds: 1)
        }
    }
}
