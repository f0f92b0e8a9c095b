extension Plan {
    /// Proves that executing the plan is safe: that every index, size and offset is in range, that each operation's shapes and
    /// constants fit together, that each row is written before it is read and is not overwritten while it is still needed, that
    /// rings which are alive at the same time do not overlap, and that every output is completed. Memory and work stay within
    /// `limits`.
    ///
    /// The parameters of the operations must be within the ranges that `PlanReader` enforces. The time is in proportion to the
    /// operands of all steps, whose number has a limit that follows from the number of steps.
    ///
    /// - Returns: How many operands of steps were looked at.
    /// - Throws: ``PlanError`` that names the first thing found wrong.
    @discardableResult
    package func verify(limits: PlanLimits = .standard) throws(PlanError) -> Int {
        try verifyCounts()
        var meter = CostMeter(limits: limits, batch: batch)
        try verifyMemory(&meter)
        try verifyEntryPoints(&meter)
        try forEachRecord("values", values.count) { (index) throws(PlanError) in try verifyValue(values[index]) }
        try forEachRecord("operations", operations.count) { (index) throws(PlanError) in
            try verifyOperation(operations[index])
            try meter.charge(work: operations[index].cost(in: values))
        }
        try verifyZeroRow()
        try verifyProducers()
        let visits = try verifySchedule(&meter)
        try verifyArena()
        try verifySelfTest()
        return visits
    }

    /// Proves of a plan that has no schedule yet what does not depend on one: counts, entry points, the forms of values, and every
    /// operation's shapes, halos and constants. Its rings hold whole values and have no places.
    ///
    /// - Throws: ``PlanError`` that names the first thing found wrong.
    package func verifyUnscheduled(limits: PlanLimits = .standard) throws(PlanError) {
        try verifyCounts()
        var meter = CostMeter(limits: limits, batch: batch)
        try verifyEntryPoints(&meter)
        try forEachRecord("values", values.count) { (index) throws(PlanError) in
            try verifyForm(values[index])
            try require(
                values[index].ringRows == values[index].height, ".ringRows: #, expected all #", values[index].ringRows,
                values[index].height)
            if case .constant(let id) = values[index].storage { try verifyConstant(values[index], id) }
        }
        try forEachRecord("operations", operations.count) { (index) throws(PlanError) in
            try verifyOperation(operations[index])
            try meter.charge(work: operations[index].cost(in: values))
        }
        try verifyZeroRow()
        try verifyProducers()
    }

    private func verifyCounts() throws(PlanError) {
        let most = FileLayout.largestRecordCount
        try require(values.count <= most, "values: #, expected at most #", values.count, most)
        try require(operations.count <= most, "operations: #, expected at most #", operations.count, most)
        let batches = FileLayout.largestBatch
        try require(batch >= 1 && batch <= batches, "memory.batch: #, expected 1 through #", batch, batches)
    }

    private func verifyMemory(_ meter: inout CostMeter) throws(PlanError) {
        try meter.charge(memory: memory.arenaBytes, "memory.arenaBytes")
        guard Int64(memory.arenaBytes) < FileLayout.largestArena else {
            throw PlanError(.exceedsLimit, "memory.arenaBytes: #, expected less than 2^48", memory.arenaBytes)
        }
        try meter.charge(memory: memory.scratchBytesPerThread, "memory.scratchBytesPerThread")
        let alignment = FileLayout.alignment
        try require(memory.zeroRowOffset % alignment == 0, "memory.zeroRowOffset: # is no multiple of #", memory.zeroRowOffset, alignment)
        try require(
            memory.zeroRowOffset <= memory.arenaBytes && memory.zeroRowBytes <= memory.arenaBytes - memory.zeroRowOffset,
            "memory.zeroRow: # bytes at #, the arena has #", memory.zeroRowBytes, memory.zeroRowOffset, memory.arenaBytes)
        let threads = FileLayout.largestThreadCount
        try require(
            memory.declaredThreads >= 1 && memory.declaredThreads <= threads,
            "memory.declaredThreads: #, expected 1 through #", memory.declaredThreads, threads)
    }

    private func verifyEntryPoints(_ meter: inout CostMeter) throws(PlanError) {
        for (role, points, least, isInput) in [("inputs", inputs, 0, true), ("outputs", outputs, 1, false)]
            as [(StaticString, [EntryPoint], Int, Bool)]
        {
            let most = FileLayout.largestEntryPointCount
            try require(
                points.count >= least && points.count <= most,
                "entryPoints: \(points.count) \(role), expected \(least) through \(most)")
            try forEachRecord(role, points.count) { (index) throws(PlanError) in
                let point = points[index]
                try verifyEntryPoint(point, isInput: isInput)
                // The bytes of the whole batch must be a number, because callers calculate with them, also of an input that no
                // operation reads.
                let (bytes, overflowed) = point.byteCount.multipliedReportingOverflow(by: batch)
                try meter.charge(memory: overflowed ? Int.max : bytes)
            }
            try verifyNames(points, role)
        }
    }

    /// Checks that the names of entry points differ, since files and arguments refer to them by name. They are put in order by
    /// binary search, because the library's sort takes kilobytes of a device's program.
    private func verifyNames(_ points: [EntryPoint], _ role: StaticString) throws(PlanError) {
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

    private func verifyEntryPoint(_ point: EntryPoint, isInput: Bool) throws(PlanError) {
        if point.layout == .plain { try requireTensor(point.tensor) }
        if batch > 1 {
            try require(point.tensor.shape.first == 1, ".shape: begins with no 1, which a batch of # multiplies", batch)
        }
        guard point.layout != .plain else { return }
        // An input of images may consist of bytes, as cameras give them.
        let isByteImage = isInput && point.tensor.element == .uint8
        try require(
            (point.tensor.element == .float32 || isByteImage) && point.tensor.shape.count == 4,
            ": images are float32\(isInput ? " or uint8" : "") of rank 4, found \(point.tensor.element.name) of rank \(point.tensor.shape.count)"
        )
        try requireSides(point.height, point.width, point.channels)
        let most = FileLayout.largestSourceCount
        try require(point.images >= 1 && point.images <= most, ".shape: # images, expected 1 through #", point.images, most)
    }

    private func requireTensor(_ tensor: PlainTensor) throws(PlanError) {
        let most = FileLayout.largestElementCount
        // A side of 0 counts as 1 here, so that products of some of the sides are bounded even if another side is 0.
        let count = tensor.shape.reduce(1) { $0.saturating(times: max($1, 1)) }
        try require(
            tensor.shape.allSatisfy { $0 >= 0 } && tensor.shape.count <= PlainTensor.largestRank,
            ".shape: # sides, expected at most #, none negative", tensor.shape.count, PlainTensor.largestRank)
        guard count <= most else {
            throw PlanError(.exceedsLimit, ".shape: # elements, expected at most #", count, most)
        }
    }

    private func requireSides(_ height: Int, _ width: Int, _ channels: Int) throws(PlanError) {
        let side = FileLayout.largestSide
        try require(height >= 1 && height <= side, ".height: #, expected 1 through #", height, side)
        try require(width >= 1 && width <= side, ".width: #, expected 1 through #", width, side)
        let most = FileLayout.largestChannelCount
        try require(channels >= 1 && channels <= most, ".channels: #, expected 1 through #", channels, most)
    }

    private func verifyValue(_ value: PlanValue) throws(PlanError) {
        try verifyForm(value)
        switch value.storage {
        case .arena(let offset):
            try require(offset % FileLayout.alignment == 0, ".arenaOffset: # is no multiple of #", offset, FileLayout.alignment)
            try require(
                offset <= memory.arenaBytes && value.ringBytes <= memory.arenaBytes - offset,
                ": # bytes at #, the arena has #", value.ringBytes, offset, memory.arenaBytes)
        case .constant(let id): try verifyConstant(value, id)
        }
    }

    private func verifyConstant(_ value: PlanValue, _ id: PlanConstantID) throws(PlanError) {
        try require(id.index < constants.count, ".constant: # of #", id.index, constants.count)
        try require(value.ringRows == value.height, ".ringRows: #, a constant has all #", value.ringRows, value.height)
        let found = constants[id.index].byteCount
        try require(found == value.ringBytes, ".constant: # bytes, expected #", found, value.ringBytes)
    }

    /// Sides, halos and the height of the ring.
    private func verifyForm(_ value: PlanValue) throws(PlanError) {
        if let plain = value.plain {
            try requireTensor(plain)
            let rows = [value.channels, value.width, value.height, value.ringRows, value.leftHalo, value.rightHalo]
            try require(rows == [1, 1, 1, 1, 0, 0], ": a plain tensor has sides of 1 and no halo")
        }
        try requireSides(value.height, value.width, value.channels)
        let (left, right) = (FileLayout.largestExtent, FileLayout.largestRightHalo)
        try require(value.leftHalo >= 0 && value.leftHalo <= left, ".leftHalo: #, expected at most #", value.leftHalo, left)
        try require(value.rightHalo >= 0 && value.rightHalo <= right, ".rightHalo: #, expected at most #", value.rightHalo, right)
        try require(
            value.ringRows >= 1 && value.ringRows <= value.height, ".ringRows: #, expected 1 through #", value.ringRows, value.height)
    }

    /// Checks that the row of zeros is exactly as long as the longest row that it stands for.
    private func verifyZeroRow() throws(PlanError) {
        var needed = 0
        for operation in operations where operation.rowsOutside == .zeros {
            for source in operation.sources { needed = max(needed, values[source.index].rowBytes) }
        }
        try require(
            memory.zeroRowBytes == needed, "memory.zeroRowBytes: #, the longest row that it stands for has #", memory.zeroRowBytes, needed)
    }

    /// Checks that exactly one operation writes each ring and none writes a constant, that every output is made once, and that
    /// no operation has a later first exit than one that reads its result.
    private func verifyProducers() throws(PlanError) {
        var producer = [Int?](repeating: nil, count: values.count)
        var served = [Bool](repeating: false, count: outputs.count)
        try forEachRecord("operations", operations.count) { (index) throws(PlanError) in
            let operation = operations[index]
            for source in operation.sources {
                if case .constant = values[source.index].storage { continue }
                guard let maker = producer[source.index] else {
                    throw PlanError(.corrupt, ": reads values[#], which no earlier operation makes", source.index)
                }
                try require(
                    operations[maker].firstExit <= operation.firstExit,
                    ".firstExit: #, but operations[#], which it reads, has #", operation.firstExit, maker, operations[maker].firstExit)
            }
            for result in operation.results {
                try require(
                    producer[result.index] == nil, ": makes values[#], which operations[#] makes", result.index, producer[result.index] ?? 0
                )
                if case .constant = values[result.index].storage {
                    throw PlanError(.corrupt, ": makes values[#], which is a constant", result.index)
                }
                producer[result.index] = index
            }
            if let entry = operation.kernel.outputEntry {
                try require(!served[entry], ": outputs[#] is made twice", entry)
                served[entry] = true
                // A run that ends at an earlier exit has no memory for this output, so that the operation must not run then.
                try require(operation.firstExit == entry, ".firstExit: #, outputs[#] expects #", operation.firstExit, entry, entry)
            }
        }
        for (entry, done) in served.enumerated() {
            try require(done, "outputs[#]: no operation makes it", entry)
        }
        for (index, maker) in producer.enumerated() {
            if case .constant = values[index].storage { continue }
            try require(maker != nil, "values[#]: no operation makes it", index)
        }
    }
}
