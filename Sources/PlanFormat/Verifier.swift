extension Plan {
    /// Proves that executing the plan is safe: every index, size and offset, every operation's shapes and weights, that
    /// each row is written before it is read and is not overwritten while it is needed, that rings which live at
    /// once do not overlap, and that every output is completed. Memory and work stay within `limits`.
    ///
    /// The parameters of the operations must be within the ranges that `PlanReader` enforces. Takes linear time in the
    /// operands of all steps, which have a limit.
    ///
    /// - Throws: ``PlanError`` that names the first thing found wrong.
    package func verify(limits: PlanLimits = .standard) throws(PlanError) {
        try verifyCounts()
        var meter = CostMeter(limits: limits, batch: batch)
        try verifyMemory(&meter)
        try verifyEntryPoints(&meter)
        for index in values.indices { try verifyValue(index) }
        for index in operations.indices {
            try verifyOperation(index)
            try meter.charge(work: operations[index].cost(in: values), "operations[\(index)]")
        }
        try verifyZeroRow()
        try verifyProducers()
        try verifySchedule(&meter)
        try verifyArena()
        try verifySelfTest()
    }

    private func verifyCounts() throws(PlanError) {
        let most = FileLayout.largestRecordCount
        try require(values.count <= most, "values: \(values.count), expected at most \(most)")
        try require(operations.count <= most, "operations: \(operations.count), expected at most \(most)")
        let batches = FileLayout.largestBatch
        try require(batch >= 1 && batch <= batches, "memory.batch: \(batch), expected 1 through \(batches)")
    }

    private func verifyMemory(_ meter: inout CostMeter) throws(PlanError) {
        try meter.charge(memory: memory.arenaBytes, "memory.arenaBytes")
        try meter.charge(memory: memory.scratchBytesPerThread, "memory.scratchBytesPerThread")
        let alignment = FileLayout.alignment
        try require(memory.zeroRowOffset % alignment == 0, "memory.zeroRowOffset: \(memory.zeroRowOffset) is no multiple of \(alignment)")
        try require(
            memory.zeroRowOffset <= memory.arenaBytes && memory.zeroRowBytes <= memory.arenaBytes - memory.zeroRowOffset,
            "memory.zeroRow: \(memory.zeroRowBytes) bytes at \(memory.zeroRowOffset), the arena has \(memory.arenaBytes)")
        let threads = FileLayout.largestThreadCount
        try require(
            memory.declaredThreads >= 1 && memory.declaredThreads <= threads,
            "memory.declaredThreads: \(memory.declaredThreads), expected 1 through \(threads)")
    }

    private func verifyEntryPoints(_ meter: inout CostMeter) throws(PlanError) {
        for (role, points, least, isInput) in [("inputs", inputs, 0, true), ("outputs", outputs, 1, false)] {
            let most = FileLayout.largestEntryPointCount
            try require(
                points.count >= least && points.count <= most,
                "entryPoints: \(points.count) \(role), expected \(least) through \(most)")
            for (index, point) in points.enumerated() {
                try verifyEntryPoint(point, isInput: isInput, "\(role)[\(index)]")
                // Callers calculate with the bytes of the batch, also of an input that no operation reads.
                let (bytes, overflowed) = point.byteCount.multipliedReportingOverflow(by: batch)
                try meter.charge(memory: overflowed ? Int.max : bytes, "\(role)[\(index)]")
            }
            try verifyNames(points, role)
        }
    }

    /// Files and lookups go by the names of entry points. They are put in order by binary search, since the library's sort takes
    /// kilobytes of a device's program.
    private func verifyNames(_ points: [EntryPoint], _ role: String) throws(PlanError) {
        var names: [[UInt8]] = []
        for point in points {
            var low = 0
            var high = names.count
            while low < high {
                let middle = (low + high) / 2
                if names[middle].lexicographicallyPrecedes(point.name) { low = middle + 1 } else { high = middle }
            }
            try require(
                low == names.count || names[low] != point.name,
                "entryPoints: two \(role) have the name '\(printableText(point.name))'")
            names.insert(point.name, at: low)
        }
    }

    private func verifyEntryPoint(_ point: EntryPoint, isInput: Bool, _ place: String) throws(PlanError) {
        if point.layout == .plain { try requireTensor(point.tensor, place) }
        if batch > 1 {
            try require(point.tensor.shape.first == 1, "\(place).shape: begins with no 1, which a batch of \(batch) multiplies")
        }
        guard point.layout != .plain else { return }
        // Cameras give bytes.
        let isByteImage = isInput && point.tensor.element == .uint8
        try require(
            (point.tensor.element == .float32 || isByteImage) && point.tensor.shape.count == 4,
            "\(place): images are float32\(isInput ? " or uint8" : "") of rank 4, found \(point.tensor.element.name) of rank \(point.tensor.shape.count)")
        try requireSides(point.height, point.width, point.channels, place)
        let most = FileLayout.largestSourceCount
        try require(point.images >= 1 && point.images <= most, "\(place).shape: \(point.images) images, expected 1 through \(most)")
    }

    private func requireTensor(_ tensor: PlainTensor, _ place: String) throws(PlanError) {
        let most = FileLayout.largestElementCount
        // Each side by itself, so that products of some of them are bounded even if another is 0.
        let count = tensor.shape.reduce(1) { $0.saturating(times: max($1, 1)) }
        try require(
            tensor.shape.allSatisfy { $0 >= 0 } && tensor.shape.count <= PlainTensor.largestRank,
            "\(place).shape: \(tensor.shape.count) sides, expected at most \(PlainTensor.largestRank), none negative")
        guard count <= most else {
            throw PlanError(.exceedsLimit, "\(place).shape: \(count) elements, expected at most \(most)")
        }
    }

    private func requireSides(_ height: Int, _ width: Int, _ channels: Int, _ place: String) throws(PlanError) {
        let side = FileLayout.largestSide
        try require(height >= 1 && height <= side, "\(place).height: \(height), expected 1 through \(side)")
        try require(width >= 1 && width <= side, "\(place).width: \(width), expected 1 through \(side)")
        let most = FileLayout.largestChannelCount
        try require(channels >= 1 && channels <= most, "\(place).channels: \(channels), expected 1 through \(most)")
    }

    private func verifyValue(_ index: Int) throws(PlanError) {
        let value = values[index]
        let place = "values[\(index)]"
        if let plain = value.plain {
            try requireTensor(plain, place)
            let rows = [value.channels, value.width, value.height, value.ringRows, value.leftHalo, value.rightHalo]
            try require(rows == [1, 1, 1, 1, 0, 0], "\(place): a plain tensor has sides of 1 and no halo")
        }
        try requireSides(value.height, value.width, value.channels, place)
        let (left, right) = (FileLayout.largestExtent, FileLayout.largestRightHalo)
        try require(value.leftHalo >= 0 && value.leftHalo <= left, "\(place).leftHalo: \(value.leftHalo), expected at most \(left)")
        try require(value.rightHalo >= 0 && value.rightHalo <= right, "\(place).rightHalo: \(value.rightHalo), expected at most \(right)")
        try require(value.ringRows >= 1 && value.ringRows <= value.height, "\(place).ringRows: \(value.ringRows), expected 1 through \(value.height)")
        switch value.storage {
        case .arena(let offset):
            try require(offset % FileLayout.alignment == 0, "\(place).arenaOffset: \(offset) is no multiple of \(FileLayout.alignment)")
            try require(
                offset <= memory.arenaBytes && value.ringBytes <= memory.arenaBytes - offset,
                "\(place): \(value.ringBytes) bytes at \(offset), the arena has \(memory.arenaBytes)")
        case .constant(let id):
            try require(id.index < constants.count, "\(place).constant: \(id.index) of \(constants.count)")
            try require(value.ringRows == value.height, "\(place).ringRows: \(value.ringRows), a constant has all \(value.height)")
            let found = constants[id.index].byteCount
            try require(found == value.ringBytes, "\(place).constant: \(found) bytes, expected \(value.ringBytes)")
        }
    }

    /// The row of zeros is as long as the longest row that it stands for, and no longer.
    private func verifyZeroRow() throws(PlanError) {
        var needed = 0
        for operation in operations where operation.rowsOutside == .zeros {
            for source in operation.sources { needed = max(needed, values[source.index].rowBytes) }
        }
        try require(memory.zeroRowBytes == needed, "memory.zeroRowBytes: \(memory.zeroRowBytes), the longest row that it stands for has \(needed)")
    }

    /// Every ring has one producer, a constant none; every output is made once; exits rise along the data.
    private func verifyProducers() throws(PlanError) {
        var producer = [Int?](repeating: nil, count: values.count)
        var served = [Bool](repeating: false, count: outputs.count)
        for (index, operation) in operations.enumerated() {
            for source in operation.sources {
                if case .constant = values[source.index].storage { continue }
                guard let maker = producer[source.index] else {
                    throw PlanError(.corrupt, "operations[\(index)]: reads values[\(source.index)], which no earlier operation makes")
                }
                try require(
                    operations[maker].firstExit <= operation.firstExit,
                    "operations[\(index)].firstExit: \(operation.firstExit), but operations[\(maker)], which it reads, has \(operations[maker].firstExit)")
            }
            for result in operation.results {
                try require(producer[result.index] == nil, "operations[\(index)]: makes values[\(result.index)], which operations[\(producer[result.index] ?? 0)] makes")
                if case .constant = values[result.index].storage {
                    throw PlanError(.corrupt, "operations[\(index)]: makes values[\(result.index)], which is a constant")
                }
                producer[result.index] = index
            }
            if let entry = operation.kernel.outputEntry {
                try require(!served[entry], "operations[\(index)]: outputs[\(entry)] is made twice")
                served[entry] = true
                // A run that ends at an earlier exit has no memory for this output.
                try require(operation.firstExit == entry, "operations[\(index)].firstExit: \(operation.firstExit), outputs[\(entry)] expects \(entry)")
            }
        }
        for (entry, done) in served.enumerated() {
            try require(done, "outputs[\(entry)]: no operation makes it")
        }
        for (index, maker) in producer.enumerated() {
            if case .constant = values[index].storage { continue }
            try require(maker != nil, "values[\(index)]: no operation makes it")
        }
    }
}
