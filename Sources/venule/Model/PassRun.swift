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
    /// - Returns: what the passes did.
    /// - Throws: `CommandFailure`. Graphs that were printed before stay.
    @discardableResult
    func optimize(_ graph: inout Graph, place: String, stopAfter: String? = nil) throws(CommandFailure) -> PassTrail {
        if let printFolder {
            do throws(FileError) { try OutputFolder.make(printFolder) } catch { throw CommandFailure(error) }
        }
        var trail = PassTrail(changeLimit: changeLimit)
        var changeCount = 0
        var printingFailure: CommandFailure?
        var start = monotonicSeconds()
        do throws(PassError) {
            try PassManager(stopAfter: stopAfter, changeLimit: changeLimit).run(&graph, pipeline: Pipelines.standard.map(\.pass)) {
                record, graph in
                trail.steps.append(PassTrail.Step(record: record, seconds: monotonicSeconds() - start))
                defer { start = monotonicSeconds() }
                if record.isCounted { changeCount += record.changes.count }
                guard printedPlaces.contains(record.place), printingFailure == nil else { return }
                do throws(CommandFailure) {
                    if let path = try print(graph, behind: record.place, changeCount) {
                        trail.printed.append(PassTrail.PrintedGraph(file: path, changeCount: changeCount))
                    }
                } catch {
                    printingFailure = error
                }
            }
        } catch {
            throw CommandFailure(error, place: place)
        }
        if let printingFailure { throw printingFailure }
        if changeLimit != nil { Console.say(Format.line("changes", trail.summary)) }
        return trail
    }

    /// The files in which the graph behind a pass is printed: this and its companion.
    func path(for place: PassPlace, in folder: String) -> String { "\(folder)/\(place).vir" }

    /// - Returns: the file, where it is printed to one.
    private func print(_ graph: Graph, behind place: PassPlace, _ changeCount: Int) throws(CommandFailure) -> String? {
        let changes = "\(changeCount) change\(changeCount == 1 ? "" : "s")"
        guard let printFolder else {
            Console.note("// after \(place), with \(changes)")
            Console.note(text: graph.text(stored: graph.storedConstants))
            return nil
        }
        let path = path(for: place, in: printFolder)
        do throws(ModelFileError) {
            try ModelFile.write(graph, to: path)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        Console.say(Format.line("printed", "\(path), with \(changes)"))
        return path
    }
}
