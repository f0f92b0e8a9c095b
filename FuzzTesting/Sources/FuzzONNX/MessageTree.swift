import CONNX
import CProtobufC
import FuzzSupport

@testable import Importer

/// A protocol buffer taken apart into its fields, so that any of them can change and all lengths still fit.
struct MessageTree {
    struct Field {
        var number: UInt32
        var wireType: UInt8
        var content: Content
    }

    indirect enum Content {
        case bytes([UInt8])
        case message([Field])
    }

    private var fields: [Field]

    /// Nil for bytes that are no message.
    init?(_ bytes: [UInt8]) {
        guard let fields = Self.parse(bytes[...], venule_onnx_model_descriptor().pointee, depth: 0) else { return nil }
        self.fields = fields
    }

    var bytes: [UInt8] { Self.bytes(of: fields) }
}

// MARK: Bytes
extension MessageTree {
    private static func parse(_ bytes: ArraySlice<UInt8>, _ descriptor: ProtobufCMessageDescriptor, depth: Int) -> [Field]? {
        guard depth < 60 else { return nil }
        var rest = bytes
        var fields: [Field] = []
        while !rest.isEmpty {
            guard let tag = varint(&rest), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return nil }
            let number = UInt32(tag >> 3)
            let wireType = UInt8(tag & 7)
            var payload: ArraySlice<UInt8>
            switch wireType {
            case 0:
                let start = rest
                guard varint(&rest) != nil else { return nil }
                payload = start[..<rest.startIndex]
            case 1, 5:
                let width = wireType == 1 ? 8 : 4
                guard rest.count >= width else { return nil }
                payload = rest.prefix(width)
                rest = rest.dropFirst(width)
            case 2:
                guard let count = varint(&rest), count <= UInt64(rest.count) else { return nil }
                payload = rest.prefix(Int(count))
                rest = rest.dropFirst(Int(count))
            default: return nil
            }
            var content = Content.bytes(Array(payload))
            if wireType == 2, let inner = ONNXWireScan.field(number, of: descriptor)?.submessage,
                let message = parse(payload, inner, depth: depth + 1)
            {
                content = .message(message)
            }
            fields.append(Field(number: number, wireType: wireType, content: content))
        }
        return fields
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << (7 * UInt64(index))
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func bytes(of fields: [Field]) -> [UInt8] {
        var result: [UInt8] = []
        for field in fields {
            result += varint(UInt64(field.number) << 3 | UInt64(field.wireType))
            let payload: [UInt8]
            switch field.content {
            case .bytes(let bytes): payload = bytes
            case .message(let inner): payload = bytes(of: inner)
            }
            if field.wireType == 2 { result += varint(UInt64(payload.count)) }
            result += payload
        }
        return result
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

// MARK: Changes
extension MessageTree {
    /// Changes one field, chosen at random among all.
    mutating func mutate(_ generator: inout Generator) {
        let paths = paths
        guard !paths.isEmpty else { return }
        let path = paths[generator.next(below: paths.count)]
        let others = paths.filter { $0.count == path.count }.map { self[$0] }.filter {
            $0.number == self[path].number && $0.wireType == self[path].wireType
        }
        let chosen = generator.next(below: 8)
        if chosen == 0 || chosen == 1 {
            edit(path) { fields, index in
                if chosen == 0 { fields.remove(at: index) } else { fields.insert(fields[index], at: index) }
            }
        } else if chosen < 5 {
            // The same field of another node, tensor or attribute: a name, an operator, a shape.
            let other = others[generator.next(below: others.count)]
            edit(path) { fields, index in fields[index] = other }
        } else {
            let content = Self.changed(self[path], &generator)
            edit(path) { fields, index in fields[index].content = content }
        }
    }

    /// Takes over a field of another message that has the same number and depth.
    mutating func graft(_ other: MessageTree, _ generator: inout Generator) {
        let theirs = other.paths
        guard !theirs.isEmpty else { return }
        let source = theirs[generator.next(below: theirs.count)]
        let field = other[source]
        let targets = paths.filter { $0.count == source.count && self[$0].number == field.number }
        guard !targets.isEmpty else { return }
        edit(targets[generator.next(below: targets.count)]) { fields, index in
            if generator.next(below: 2) == 0 { fields[index] = field } else { fields.insert(field, at: index) }
        }
    }

    private static func changed(_ field: Field, _ generator: inout Generator) -> Content {
        guard case .bytes(let bytes) = field.content else { return field.content }
        switch field.wireType {
        case 0:
            let values: [Int64] = [
                0, 1, 2, 3, 4, 5, 7, 8, 16, 64, -1, -2, 127, 255, 256, 1 << 16, 1 << 26, 1 << 31, 1 << 32, 1 << 62, .max, .min,
            ]
            return .bytes(varint(UInt64(bitPattern: values[generator.next(below: values.count)])))
        case 2: return .bytes(mutated(bytes, atMost: bytes.count + 16))
        default:
            var result = mutated(bytes, atMost: bytes.count)
            result += [UInt8](repeating: 0, count: bytes.count - result.count)
            return .bytes(result)
        }
    }

    /// The paths of indices to all fields.
    private var paths: [[Int]] {
        var result: [[Int]] = []
        func visit(_ fields: [Field], _ prefix: [Int]) {
            for (index, field) in fields.enumerated() {
                result.append(prefix + [index])
                if case .message(let inner) = field.content { visit(inner, prefix + [index]) }
            }
        }
        visit(fields, [])
        return result
    }

    private subscript(path: [Int]) -> Field {
        var list = fields
        for index in path.dropLast() {
            if case .message(let inner) = list[index].content { list = inner }
        }
        return list[path[path.count - 1]]
    }

    private mutating func edit(_ path: [Int], _ change: (inout [Field], Int) -> Void) {
        func edited(_ fields: [Field], _ rest: ArraySlice<Int>) -> [Field] {
            var fields = fields
            guard let index = rest.first else { return fields }
            if rest.count > 1, case .message(let inner) = fields[index].content {
                fields[index].content = .message(edited(inner, rest.dropFirst()))
            } else {
                change(&fields, index)
            }
            return fields
        }
        fields = edited(fields, path[...])
    }
}

/// SplitMix64: the same seed gives the same changes.
struct Generator {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}
