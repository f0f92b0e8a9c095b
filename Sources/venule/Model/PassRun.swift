import Files
import GraphIR
import ModelFiles
import Optimizer

/// The standard passes over a model, as `compile` runs them: perhaps not to their end, perhaps watched.
struct PassRun {
    /// See `PassManager.changeLimit`. Where it is given, the last rewrite that was made is printed.
    var changeLimit: Int?
    /// Passes behind which the graph is printed.
    var printedPlaces: Set<PassPlace> = []
    /// Where graphs are printed to; nil for standard error, in a form without large weights.
    var printFolder: String?

    /// - Parameters:
    ///   - place: the model, for messages.
    ///   - stopAfter: the pass behind which to end; nil for the last one.
    /// - Throws: `CommandFailure`. Graphs that were printed before stay.
    func optimize(_ graph: inout Graph, place: String, stopAfter: String? = nil) throws(CommandFailure) {
        if let printFolder {
            do throws(FileError) { try OutputFolder.make(printFolder) } catch { throw CommandFailure(error) }
        }
        var changeCount = 0
        var printingFailure: CommandFailure?
        let records: [PassManager.Record]
        do throws(PassError) {
            records = try PassManager(stopAfter: stopAfter, changeLimit: changeLimit).run(&graph, pipeline: Pipelines.standard.map(\.pass))
            { record, graph in
                if record.isCounted { changeCount += record.changes.count }
                guard printedPlaces.contains(record.place), printingFailure == nil else { return }
                do throws(CommandFailure) {
                    try print(graph, behind: record.place, changeCount)
                } catch {
                    printingFailure = error
                }
            }
        } catch {
            throw CommandFailure(error, place: place)
        }
        if let printingFailure { throw printingFailure }
        if changeLimit != nil { Console.write(Format.line("changes", Self.summary(of: records))) }
    }

    /// The files in which the graph behind a pass is printed: this and its companion.
    func path(for place: PassPlace, in folder: String) -> String { "\(folder)/\(place).vir" }

    private func print(_ graph: Graph, behind place: PassPlace, _ changeCount: Int) throws(CommandFailure) {
        let changes = "\(changeCount) change\(changeCount == 1 ? "" : "s")"
        guard let printFolder else {
            Console.note("// after \(place), with \(changes)")
            Console.note(text: graph.text(stored: graph.storedConstants))
            return
        }
        let path = path(for: place, in: printFolder)
        do throws(ModelFileError) {
            try ModelFile.write(graph, to: path)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        Console.write(Format.line("printed", "\(path), with \(changes)"))
    }

    /// How many rewrites were made, whether there are more, and which was the last.
    private static func summary(of records: [PassManager.Record]) -> String {
        let counted = records.filter(\.isCounted)
        let count = counted.reduce(0) { $0 + $1.changes.count }
        var text = counted.contains(where: \.isCutShort) ? "the first \(count)" : "all \(count)"
        if let last = counted.last(where: { !$0.changes.isEmpty }), let change = last.changes.last {
            text += "; the last, in \(last.place): \(change)"
        }
        return text
    }
}
