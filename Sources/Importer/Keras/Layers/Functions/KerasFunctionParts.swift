import GraphIR

/// Functions that take parts of a tensor.
enum KerasFunctionParts {
    /// What a subscript has for an axis.
    private enum Item {
        case range(start: Int?, stop: Int?, step: Int)
        case index(Int)
        case newAxis
        case rest
    }

    /// `x[:, 1:-1]`, as NumPy reads it.
    static func item(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let value = try emitter.inModelOrder(call.tensor())
        let shape = emitter.type(of: value).shape
        guard let key = try call["key"] else { throw GraphError("there is no subscript") }
        var items: [Item] = []
        for part in key.array ?? [key] { items.append(try item(part)) }
        let named = items.count { if case .newAxis = $0 { false } else if case .rest = $0 { false } else { true } }
        let rests = items.count { if case .rest = $0 { true } else { false } }
        guard named <= shape.count, rests <= 1 else { throw GraphError("a subscript of \(items.count) parts for \(shape.count) axes") }
        if rests == 0 { items.append(.rest) }

        var ranges: [Slice.Axis] = []
        var sides: [Dimension] = []
        for item in items {
            switch item {
            case .newAxis: sides.append(1)
            case .rest:
                for _ in 0..<(shape.count - named) {
                    sides.append(shape[ranges.count])
                    ranges.append(Slice.Axis(count: shape[ranges.count]))
                }
            case .index(let index):
                let start = index < 0 ? shape[ranges.count] + Dimension(index) : Dimension(index)
                ranges.append(Slice.Axis(start: start, count: 1))
            case .range(let start, let stop, let step):
                let range = try range(start, stop, step, side: shape[ranges.count])
                sides.append(range.count)
                ranges.append(range)
            }
        }
        return try taken(value, ranges, sides, &emitter)
    }

    private static func item(_ json: JSONValue) throws(GraphError) -> Item {
        if json == .null { return .newAxis }
        if let index = json.integer, index.magnitude <= Limits.side { return .index(index) }
        if json.string?.lowercased() == "ellipsis" || json["class_name"]?.string == "__ellipsis__" { return .rest }
        let range = json["config"] ?? json
        guard case .object(let members) = range, members.keys.contains("start"), members.keys.contains("stop") else {
            throw GraphError("a subscript \(json); numbers and ranges of numbers are expected")
        }
        var bounds: [Int?] = []
        for name in ["start", "stop", "step"] {
            guard let bound = members[name], bound != .null else {
                bounds.append(nil)
                continue
            }
            guard let number = bound.integer else { throw GraphError("\(name) of a subscript is \(bound); a number is expected") }
            // What lies beyond every tensor is cut to it anyway.
            bounds.append(min(max(number, -Limits.side), Limits.side))
        }
        let step = bounds[2] ?? 1
        guard step != 0, step.magnitude <= Limits.attribute else { throw GraphError("a step of \(step)") }
        return .range(start: bounds[0], stop: bounds[1], step: step)
    }

    /// The elements that a range of NumPy takes of an axis. Of an open side the bounds are taken to be within it, which is checked
    /// as soon as it is known.
    private static func range(_ start: Int?, _ stop: Int?, _ step: Int, side: Dimension) throws(GraphError) -> Slice.Axis {
        func position(_ bound: Int) -> Dimension {
            let position = bound < 0 ? side + Dimension(bound) : Dimension(bound)
            guard let number = position.constant, let side = side.constant else { return position }
            return Dimension(step > 0 ? min(max(number, 0), side) : min(max(number, -1), side - 1))
        }
        let first = start.map(position) ?? (step > 0 ? 0 : side - 1)
        let end = stop.map(position) ?? (step > 0 ? side : -1)
        let count = step > 0 ? (end - first).ceiledQuotient(by: step) : (first - end).ceiledQuotient(by: -step)
        if let count = count.constant, count <= 0 { throw GraphError("a range of no elements of \(side)") }
        return Slice.Axis(start: first, step: step, count: count)
    }

    private static func taken(
        _ value: ValueID, _ ranges: [Slice.Axis], _ sides: [Dimension], _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let isReshaped = ranges.map(\.count) != sides
        let slice = try emitter.append(.slice(Slice(ranges)), [value], part: isReshaped ? "range" : nil)
        guard isReshaped else { return KerasTensor(value: slice) }
        guard !sides.isEmpty else { throw GraphError("a subscript that leaves no axis") }
        return KerasTensor(value: try emitter.append(.reshape(Reshape(sides.map { .dimension($0) })), [slice]))
    }

    /// `tf.slice`: as many elements as `size` says from `begin` on, all of them where it says -1.
    static func slice(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let value = try emitter.inModelOrder(call.tensor())
        let shape = emitter.type(of: value).shape
        let (begin, size) = (try call.integers("begin") ?? [], try call.integers("size") ?? [])
        guard begin.count == shape.count, size.count == shape.count else {
            throw GraphError("begin and size of \(begin.count) and \(size.count) axes for \(shape.count)")
        }
        let ranges = shape.indices.map { axis in
            Slice.Axis(start: Dimension(begin[axis]), count: size[axis] < 0 ? shape[axis] - Dimension(begin[axis]) : Dimension(size[axis]))
        }
        return KerasTensor(value: try emitter.append(.slice(Slice(ranges)), [value]))
    }

    static func flip(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let axes = try call.axes(of: tensor, emitter)
        let ranges = emitter.type(of: tensor.value).shape.enumerated().map { axis, side in
            axes.contains(axis) ? Slice.Axis(start: side - 1, step: -1, count: side) : Slice.Axis(count: side)
        }
        return KerasTensor(value: try emitter.append(.slice(Slice(ranges)), [tensor.value]))
    }

    /// Parts along an axis: a number of equal ones, their sizes, or where the second and later ones begin.
    static func split(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let axis = try emitter.axis(call.integer("axis", default: 0), of: tensor)
        let side = emitter.type(of: tensor.value).shape[axis]
        var sizes: [Dimension] = []
        if let indices = try call.integers("indices"), try call["indices"]?.array != nil {
            let bounds = [Dimension(0)] + indices.map { $0 < 0 ? side + Dimension($0) : Dimension($0) } + [side]
            sizes = zip(bounds.dropFirst(), bounds).map { $0 - $1 }
        } else if let parts = try call.integers("parts"), try call["parts"]?.array != nil {
            sizes = parts.map { Dimension($0) }
            if let open = parts.firstIndex(of: -1) {
                sizes[open] = side - Dimension(parts.reduce(1, +))
            }
        } else {
            let parts = try call.integers("parts")?.first
            let indices = try call.integers("indices")?.first
            let count = parts ?? indices ?? 0
            guard (1...Limits.attribute).contains(count), let size = side.exactQuotient(by: count) else {
                throw GraphError("\(side) elements in \(count) equal parts")
            }
            sizes = Array(repeating: size, count: count)
        }
        return try parts(of: tensor.value, axis, sizes, &emitter)
    }

    static func unstack(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let axis = try emitter.axis(call.integer("axis", default: 0), of: tensor)
        var shape = emitter.type(of: tensor.value).shape
        guard let count = shape[axis].constant, count <= 4096 else { throw GraphError("\(shape[axis]) parts of one element") }
        let single = try parts(of: tensor.value, axis, Array(repeating: 1, count: count), &emitter)
        shape.remove(at: axis)
        var results: [KerasTensor] = []
        for (index, part) in single.enumerated() {
            let reshape = Reshape(shape.map { .dimension($0) })
            results.append(KerasTensor(value: try emitter.append(.reshape(reshape), [part.value], part: "\(index)")))
        }
        return results
    }

    private static func parts(
        of value: ValueID, _ axis: Int, _ sizes: [Dimension], _ emitter: inout KerasEmitter
    ) throws(GraphError) -> [KerasTensor] {
        let shape = emitter.type(of: value).shape
        var start = Dimension(0)
        var results: [KerasTensor] = []
        for (index, size) in sizes.enumerated() {
            var ranges = shape.map { Slice.Axis(count: $0) }
            ranges[axis] = Slice.Axis(start: start, count: size)
            results.append(KerasTensor(value: try emitter.append(.slice(Slice(ranges)), [value], part: "part_\(index)")))
            start = start + size
        }
        guard (start - shape[axis]).constant == 0 else { throw GraphError("parts of \(start) elements together, of \(shape[axis])") }
        return results
    }
}
