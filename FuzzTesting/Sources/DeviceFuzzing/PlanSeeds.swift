import Foundation
import FuzzSupport

@testable import PlanFormat

/// Writes the plans in the folder `PLANS`, where there is one, as seeds, with most of their provenance left out of all but
/// a few: it is half of a small plan and nothing interprets it, but every execution would read it and compare its checksum.
public func writePlanSeeds() {
    guard let folder = ProcessInfo.processInfo.environment["PLANS"],
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return }
    let files = names.sorted().compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
    Fixtures.writeSeeds(
        files.enumerated().map { index, file in
            let file = Array(file)
            guard !index.isMultiple(of: 50), var plan = try? PlanReader.decode(file.span.bytes),
                let constants = PlanSections(file)?.contents(of: .constants)
            else { return file }
            plan.provenance.removeSubrange(min(2, plan.provenance.count)...)
            return PlanWriter.bytes(of: plan, constants: constants)
        })
}
