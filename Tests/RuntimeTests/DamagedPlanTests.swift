import RuntimeTestSupport
import Testing

@testable import PlanFormat
@testable import Runtime

/// Files of which a byte was changed and the checksums mended: refused with a reason, or safe to run. What FuzzTesting does at
/// random, here with every byte.
@Suite struct DamagedPlanTests {
    private let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
    private static let limits = PlanLimits(memoryBytes: 1 << 22, work: 1 << 24)

    private var bytes: [UInt8] { PlanWriter.bytes(of: network.plan, constants: network.constants) }

    /// Nil if the file is refused, else whether it ran to its end.
    private func run(_ file: [UInt8]) throws -> Bool? {
        let model: Model
        let session: Session
        do {
            model = try file.withUnsafeBytes { try Model(copying: $0, limits: Self.limits) }
            session = try Session(model, options: SessionOptions(threads: 1))
        } catch let error as RuntimeError {
            #expect(!error.description.isEmpty)
            return nil
        }
        let buffers = (model.plan.inputs + model.plan.outputs).map {
            UnsafeMutableRawBufferPointer.allocate(byteCount: model.byteCount(of: $0), alignment: 64)
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        for buffer in buffers { for index in buffer.indices { buffer[index] = index % 4 == 3 ? 0x3E : 0x55 } }
        let inputs = buffers.prefix(model.plan.inputs.count).map { UnsafeRawBufferPointer($0) }
        let outputs = Array(buffers.dropFirst(inputs.count))
        try session.run(inputs: inputs, outputs: outputs)
        // Whatever it computes now, it does so whether its rows are handed over or not.
        let streamed = try StreamedRun(session, inputs.map { Array($0) })
        #expect(streamed.misplaced == 0 && zip(outputs, streamed.outputs).allSatisfy { $0.elementsEqual($1) })
        return true
    }

    @Test(arguments: [0x01, 0x80, 0xFF] as [UInt8]) func everyByteOfEveryRecord(mask: UInt8) throws {
        let bytes = bytes
        let plan = try PlanReader.read(bytes.span.bytes)
        let constants = plan.constantsSection.offset..<plan.constantsSection.offset + plan.constantsSection.byteCount
        var (refused, ran) = (0, 0)
        for index in bytes.indices where !constants.contains(index) {
            var file = bytes
            file[index] ^= mask
            mendChecksums(&file)
            if try run(file) == nil { refused += 1 } else { ran += 1 }
        }
        // Names, provenance, optional fields and the checksums themselves may change; sizes, indices and steps may not.
        #expect(refused > 1000 && ran > 100, "\(refused) refused, \(ran) ran")
    }

    @Test func anyConstantsRun() throws {
        var file = bytes
        let plan = try PlanReader.read(file.span.bytes)
        for index in 0..<plan.constantsSection.byteCount {
            file[plan.constantsSection.offset + index] = UInt8(truncatingIfNeeded: index &* 167 ^ 0xFF)
        }
        #expect(try run(file) == true)
    }
}

/// Makes every checksum of a plan's file match, as far as its table can be followed.
private func mendChecksums(_ file: inout [UInt8]) {
    func get(_ offset: Int, _ count: Int) -> UInt64 { (0..<count).reduce(0) { $0 | UInt64(file[offset + $1]) << UInt64(8 * $1) } }
    func put(_ value: UInt32, at offset: Int) {
        for byte in 0..<4 { file[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }
    func checksum(_ range: Range<Int>) -> UInt32 { CRC32C.checksum(Array(file[range]).span.bytes) }
    let tableEnd = 64 + 32 * min(get(12, 4), 64)
    guard tableEnd <= file.count else { return put(checksum(0..<60), at: 60) }
    for record in stride(from: 64, to: Int(tableEnd), by: 32) {
        let (offset, count) = (get(record + 8, 8), get(record + 16, 8))
        guard offset <= UInt64(file.count), count <= UInt64(file.count) - offset else { continue }
        put(checksum(Int(offset)..<Int(offset + count)), at: record + 24)
    }
    put(checksum(64..<Int(tableEnd)), at: 40)
    put(checksum(0..<60), at: 60)
}
