extension Plan {
    /// Proves that executing the plan is safe: every index, size and offset, every operation's shapes and weights, that
    /// each row is written before it is read and is not overwritten while it is needed, that rings which live at
    /// once do not overlap, and that every output is completed. Takes linear time in the steps.
    ///
    /// - Throws: ``PlanError`` that names the first thing found wrong.
    public func verify(limits: PlanLimits = .standard) throws(PlanError) {
        try verifyMemory(limits)
        try verifyEntryPoints()
        let most = FileLayout.largestRecordCount
        try require(values.count <= most, "values: \(values.count), expected at most \(most)")
        try require(operations.count <= most, "operations: \(operations.count), expected at most \(most)")
        for index in values.indices { try verifyValue(index) }
        var work = 0
        for index in operations.indices {
            try verifyOperation(index)
            let (sum, overflowed) = work.addingReportingOverflow(operations[index].work(in: values))
            guard !overflowed, sum <= limits.work else {
                throw PlanError(.exceedsLimit, "operations[\(index)]: the plan's work passes the limit of \(limits.work) multiply-accumulates")
            }
            work = sum
        }
        try verifyProducers()
        try verifySchedule()
        try verifyArena()
    }

    private func verifyMemory(_ limits: PlanLimits) throws(PlanError) {
        guard memory.arenaBytes <= limits.arenaBytes else {
            throw PlanError(.exceedsLimit, "memory.arenaBytes: \(memory.arenaBytes), the limit is \(limits.arenaBytes)")
        }
        let alignment = FileLayout.alignment
        try require(memory.zeroRowOffset % alignment == 0, "memory.zeroRowOffset: \(memory.zeroRowOffset) is no multiple of \(alignment)")
        try require(
            memory.zeroRowOffset <= memory.arenaBytes && memory.zeroRowBytes <= memory.arenaBytes - memory.zeroRowOffset,
            "memory.zeroRow: \(memory.zeroRowBytes) bytes at \(memory.zeroRowOffset), the arena has \(memory.arenaBytes)")
        try require(
            memory.declaredThreads >= 1 && memory.declaredThreads <= 1024,
            "memory.declaredThreads: \(memory.declaredThreads), expected 1 through 1024")
        guard memory.scratchBytesPerThread <= limits.arenaBytes else {
            throw PlanError(.exceedsLimit, "memory.scratchBytesPerThread: \(memory.scratchBytesPerThread), the limit is \(limits.arenaBytes)")
        }
        try require(batch >= 1 && batch <= FileLayout.largestExtent, "memory.batch: \(batch), expected 1 through \(FileLayout.largestExtent)")
    }

    private func verifyEntryPoints() throws(PlanError) {
        for (role, points) in [("inputs", inputs), ("outputs", outputs)] {
            try require(!points.isEmpty, "entryPoints: no \(role)")
            for (index, point) in points.enumerated() {
                try requireSides(point.height, point.width, point.channels, "\(role)[\(index)]")
            }
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
        try requireSides(value.height, value.width, value.channels, place)
        let extent = FileLayout.largestExtent
        try require(value.leftHalo >= 0 && value.leftHalo <= extent, "\(place).leftHalo: \(value.leftHalo), expected at most \(extent)")
        // On the right a window's dilated kernel may reach on: its extents are bounded by the kernel's fields.
        try require(value.rightHalo >= 0 && value.rightHalo <= FileLayout.largestSide, "\(place).rightHalo: \(value.rightHalo), expected at most \(FileLayout.largestSide)")
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

    /// Every ring has one producer, a constant none; every entry point is served once; exits rise along the data.
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
            if case .output(let entry) = operation.kernel {
                try require(!served[entry], "operations[\(index)]: outputs[\(entry)] is made twice")
                served[entry] = true
                try require(operation.firstExit <= entry, "operations[\(index)].firstExit: \(operation.firstExit), expected at most \(entry)")
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
