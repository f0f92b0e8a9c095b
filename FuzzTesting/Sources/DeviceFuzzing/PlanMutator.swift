import FuzzSupport

@testable import PlanFormat

/// Changes a plan's file, or one that was accepted before: now and then its bytes as they are, mostly fields of its records
/// with the checksums mended, or the plan that it means, made consistent again, so that much of what comes out is accepted.
///
/// - Parameter data: The file, and room for `capacity` bytes.
/// - Returns: The new size.
public func mutatePlan(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, capacity: Int, seed: UInt32) -> Int {
    var random = Randomness(seed: UInt64(seed))
    if random.once(in: 64) { return mutateBytes(data, count, capacity) }
    let entry = random.once(in: 4) ? nil : pool.entry(&random)
    if random.once(in: 2) {
        var size = count
        if let file = entry?.file, file.count <= capacity {
            file.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: $0.count) }
            size = file.count
        }
        if changeWords(UnsafeMutableRawBufferPointer(start: data, count: size), &random) { return size }
    }
    let file = entry?.file ?? Array(UnsafeBufferPointer(start: data, count: count))
    var changed: [UInt8]?
    if !random.once(in: 6), let draft = entry?.draft ?? PlanDraft(file) { changed = changedPlan(draft, &random) }
    changed = changed ?? changedFile(file, &random)
    guard let changed, changed.count <= capacity else { return mutateBytes(data, count, capacity) }
    changed.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: changed.count) }
    return changed.count
}

/// A plan changed and made consistent; nil where it cannot be written.
private func changedPlan(_ draft: PlanDraft, _ random: inout Randomness) -> [UInt8]? {
    var draft = draft
    for _ in 0..<random.within(1...3) { draft.change(&random) }
    return draft.finished(&random)
}

/// A file with words, records, steps or sections changed; nil unless its table makes sense.
private func changedFile(_ file: [UInt8], _ random: inout Randomness) -> [UInt8]? {
    guard var parts = PlanSections(file) else { return nil }
    for _ in 0..<random.within(1...3) { changeSections(&parts, &random) }
    return parts.bytes
}

private func changeSections(_ parts: inout PlanSections, _ random: inout Randomness) {
    guard !parts.sections.isEmpty else { return }
    let index = random.below(parts.sections.count)
    let recordBytes = PlanSection(rawValue: parts.sections[index].kind)?.recordBytes ?? 4
    switch random.below(24) {
    case 0: changeTable(&parts, index, &random)
    case 1: parts.setHeader(byte: random.within(8...59), to: UInt8(truncatingIfNeeded: random.next()))
    case 2, 3: moveRecords(&parts.sections[index].contents, recordBytes, &random)
    case 4, 5, 6:
        guard let steps = parts.sections.firstIndex(where: { $0.kind == PlanSection.schedule.rawValue }) else { return }
        changeSchedule(&parts.sections[steps].contents, &random)
    case 7:
        var contents = parts.sections[index].contents
        let capacity = contents.count + 64
        contents += [UInt8](repeating: 0, count: 64)
        let size = contents.withUnsafeMutableBufferPointer { mutateBytes($0.baseAddress!, capacity - 64, capacity) }
        parts.sections[index].contents = Array(contents[..<(size / recordBytes * recordBytes)])
    default:
        parts.sections[index].contents.withUnsafeMutableBytes { changeWord($0, recordBytes, &random) }
    }
}

private func changeTable(_ parts: inout PlanSections, _ index: Int, _ random: inout Randomness) {
    let numbers: [UInt64] = [.max, .max - 63, .max / 2, 1 << 32, 0, 64, 128, 1 << 20, UInt64(random.below(4096))]
    let number = random.element(of: numbers)
    switch random.below(8) {
    case 0: parts.sections[index].offset = number
    case 1: parts.sections[index].byteCount = number
    case 2: parts.sections[index].kind = random.word(near: parts.sections[index].kind)
    case 3: parts.sections[index].flags = random.word(near: parts.sections[index].flags)
    case 4: parts.sections.swapAt(index, random.below(parts.sections.count))
    case 5: parts.sections.remove(at: index)
    case 6: parts.sectionCount = random.word(near: UInt32(parts.sections.count))
    default:
        let kind = UInt32(random.within(12...40))
        parts.sections.append(PlanSections.Section(kind: kind, flags: random.once(in: 2) ? 0 : 1, contents: [1, 2, 3]))
    }
}

/// Removes, repeats or swaps records.
private func moveRecords(_ contents: inout [UInt8], _ recordBytes: Int, _ random: inout Randomness) {
    let records = contents.count / recordBytes
    guard records > 0 else { return }
    func range(_ record: Int) -> Range<Int> { record * recordBytes..<(record + 1) * recordBytes }
    let (one, other) = (random.below(records), random.below(records))
    let bytes = (Array(contents[range(one)]), Array(contents[range(other)]))
    switch random.below(4) {
    case 0: contents.removeSubrange(range(one))
    case 1: contents.insert(contentsOf: bytes.1, at: one * recordBytes)
    case 2: contents.replaceSubrange(range(one), with: bytes.1)
    default:
        contents.replaceSubrange(range(one), with: bytes.1)
        contents.replaceSubrange(range(other), with: bytes.0)
    }
}

/// Cuts a step in two, joins it with the next one of its operation, or moves it.
private func changeSchedule(_ contents: inout [UInt8], _ random: inout Randomness) {
    var steps = stride(from: 0, to: contents.count - 11, by: 12).map { at in
        (0..<3).map { PlanSections.get32(contents, at + 4 * $0) }
    }
    guard !steps.isEmpty else { return }
    let index = random.below(steps.count)
    switch random.below(4) {
    case 0:
        let count = steps[index][2]
        guard count > 1 else { return }
        let first = UInt32(random.within(1...Int(min(count - 1, 1 << 20))))
        steps.insert([steps[index][0], steps[index][1] &+ first, count - first], at: index + 1)
        steps[index][2] = first
    case 1:
        guard let next = steps[(index + 1)...].firstIndex(where: { $0[0] == steps[index][0] }) else { return }
        steps[index][2] &+= steps[next][2]
        steps.remove(at: next)
    case 2:
        let step = steps.remove(at: index)
        steps.insert(step, at: random.below(steps.count + 1))
    default:
        steps.swapAt(index, random.below(steps.count))
    }
    contents = steps.flatMap { $0.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } } }
}
