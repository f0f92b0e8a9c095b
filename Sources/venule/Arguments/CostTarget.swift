import ArgumentParser
import Files
import Optimizer

/// `--target`: a stored cost table by its name, or a file.
struct CostTarget: ExpressibleByArgument {
    static let standard = CostTarget(argument: CostTable.standard.name)

    let argument: String

    init(argument: String) { self.argument = argument }

    var defaultValueDescription: String { argument }

    /// - Throws: `CommandFailure` of usage where there is no such table or file, and for a damaged file with its line.
    func table() throws -> CostTable {
        if let stored = CostTable.stored.first(where: { $0.name == argument }) { return stored }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReader(argument).all(atMost: CostTable.mostTextBytes)
        } catch {
            let names = CostTable.stored.map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "--target \(error.description); the stored tables are \(names)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.corrupt, "\(argument): this is no cost table: it is not in UTF-8")
        }
        do throws(CostTableError) {
            return try CostTable(text: text)
        } catch {
            throw CommandFailure(.corrupt, "\(argument):\(error)")
        }
    }
}
