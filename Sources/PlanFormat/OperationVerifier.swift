extension Plan {
    /// Checks one operation on its own: operand counts, shapes, halos, and the sizes of its constants.
    func verifyOperation(_ operation: PlanOperation) throws(PlanError) {
        try verifyOperandCounts(operation)
        for id in operation.sources + operation.results {
            try require(id.index < values.count, ": value # of #", id.index, values.count)
        }
        for id in operation.constants {
            try require(id.index < constants.count, ": constant # of #", id.index, constants.count)
        }
        try require(operation.firstExit < outputs.count, ".firstExit: # of # outputs", operation.firstExit, outputs.count)
        try verifyLayouts(operation)
        try verifyShapes(operation)
        try verifyHalos(operation)
        let expected = operation.constantByteCounts(in: values)
        try require(operation.constants.count == expected.count, ": # constants, expected #", operation.constants.count, expected.count)
        for (position, bytes) in expected.enumerated() {
            let found = constants[operation.constants[position].index].byteCount
            try require(found == bytes, ": constant # has # bytes, expected #", position, found, bytes)
        }
        let scratch = operation.scratchBytes(in: values)
        try require(
            scratch <= memory.scratchBytesPerThread,
            ": needs # bytes of scratch, memory.scratchBytesPerThread is #", scratch, memory.scratchBytesPerThread)
    }

    private func verifyOperandCounts(_ operation: PlanOperation) throws(PlanError) {
        let sources: ClosedRange<Int>
        var results = 1
        switch operation.kernel {
        case .input, .plainInput: sources = 0...0
        case .output:
            sources = 1...FileLayout.largestSourceCount
            results = 0
        case .plainOutput:
            sources = 1...1
            results = 0
        case .unblocking: sources = 1...FileLayout.largestSourceCount
        case .plain: sources = 0...FileLayout.largestSourceCount
        case .convolution(let p):
            sources = 1...(p.algorithm.takesManySources ? FileLayout.largestSourceCount : 1)
            if p.pools && p.keepsUnpooled { results = 2 }
        case .binary: sources = 2...2
        case .concatenation: sources = 1...FileLayout.largestSourceCount
        case .transposedConvolution, .pooling, .globalPooling, .resize, .resampling, .elementwise, .padding, .scaleShift, .softmax,
            .blocking:
            sources = 1...1
        }
        try require(
            sources.contains(operation.sources.count),
            ": # sources, expected # through #", operation.sources.count, sources.lowerBound, sources.upperBound)
        try require(operation.results.count == results, ": # results, expected #", operation.results.count, results)
        // A kernel reads and writes at the same time, so a result must not be a source.
        for result in operation.results {
            try require(!operation.sources.contains(result), ": values[#] is a source and a result", result.index)
        }
    }

    private func verifyShapes(_ operation: PlanOperation) throws(PlanError) {
        let sources = operation.sources.map { values[$0.index] }
        let results = operation.results.map { values[$0.index] }
        switch operation.kernel {
        case .input, .output, .plainInput, .plainOutput, .blocking, .unblocking, .plain:
            try verifyConversion(operation, sources, results)
        case .convolution(let p):
            try verifyConvolution(p, sources, results)
        case .transposedConvolution(let p):
            // Any result size is safe: kernels leave out what lies beyond the source.
            try verifyWindow(p.kernelHeight, p.kernelWidth, p.dilationHeight, p.dilationWidth)
        case .pooling(let p):
            try requireChannels(results[0], sources[0].channels)
            try verifyWindow(p.kernelHeight, p.kernelWidth, p.dilationHeight, p.dilationWidth)
            try verifyReach("rows", results[0].height, p.strideHeight, p.paddingTop, sources[0].height)
            try verifyReach("columns", results[0].width, p.strideWidth, p.paddingLeft, sources[0].width)
        case .globalPooling:
            try requireShape(results[0], 1, 1, sources[0].channels)
        case .resize:
            try requireChannels(results[0], sources[0].channels)
        case .resampling(let p):
            try requireShape(
                results[0], p.axis == .rows ? results[0].height : sources[0].height,
                p.axis == .columns ? results[0].width : sources[0].width, sources[0].channels)
        case .elementwise, .scaleShift, .softmax:
            try requireShape(results[0], sources[0].height, sources[0].width, sources[0].channels)
        case .binary:
            for source in sources {
                try requireShape(
                    source, source.height == 1 ? 1 : results[0].height, source.width == 1 ? 1 : results[0].width,
                    source.channels == 1 ? 1 : results[0].channels)
            }
        case .concatenation:
            var channels = 0
            for source in sources {
                try requireShape(source, results[0].height, results[0].width, source.channels)
                channels += source.channels
            }
            try requireChannels(results[0], channels)
        case .padding(let p):
            try requireChannels(results[0], sources[0].channels)
            guard p.mode == .reflect else { return }
            try verifyReflection("top", results[0].height, p.top, sources[0].height)
            try verifyReflection("left", results[0].width, p.left, sources[0].width)
        }
    }

    /// A mirror image has no more than the rows (or columns) behind the first, on either side.
    private func verifyReflection(_ side: StaticString, _ count: Int, _ before: Int, _ size: Int) throws(PlanError) {
        let after = count - before - size
        try require(
            before < size && after < size,
            ".\(side): \(before) before and \(after) after \(size), a reflection has fewer than \(size) on either side")
    }

    private func verifyConvolution(
        _ p: ConvolutionParameters, _ sources: [PlanValue], _ results: [PlanValue]
    ) throws(PlanError) {
        var channels = 0
        for source in sources {
            try requireShape(source, sources[0].height, sources[0].width, source.channels)
            channels += source.channels
        }
        try verifyWindow(p.kernelHeight, p.kernelWidth, p.dilationHeight, p.dilationWidth)
        try verifyReach("rows", p.imageHeight, p.strideHeight, p.paddingTop, sources[0].height)
        try verifyReach("columns", p.imageWidth, p.strideWidth, p.paddingLeft, sources[0].width)
        if p.pools {
            let pooled = results[results.count - 1]
            try requireShape(pooled, p.imageHeight / p.poolingHeight, p.imageWidth / p.poolingWidth, results[0].channels)
        } else {
            try require(!p.keepsUnpooled, ".keepsUnpooled: without pooling")
        }
        if !p.pools || p.keepsUnpooled {
            try requireShape(results[0], p.imageHeight, p.imageWidth, results[0].channels)
        }
        let outputs = results[0].channels
        switch p.algorithm {
        case .direct: try require(p.groups == 1, ".groups: #, the direct algorithm has 1", p.groups)
        case .winograd4x4, .winograd2x2:
            let tile = p.algorithm.tile ?? 1
            try require(
                p.allowsTiles(of: tile),
                ".algorithm: tiles of #x# are for 3x3 kernels of stride, dilation and groups 1 with pooling that divides them", tile, tile)
        case .grouped:
            try require(
                channels % p.groups == 0 && outputs % p.groups == 0,
                ".groups: # do not divide # input and # output channels", p.groups, channels, outputs)
        case .depthwise:
            try require(
                p.groups == channels && channels == outputs,
                ".groups: #, a depthwise convolution has as many as input (#) and output (#) channels", p.groups, channels, outputs)
        }
    }

    /// What a window of any family may span. With reach and padding this bounds the tables of row pointers, and row
    /// numbers stay between -2^16 and 2^21, far within the 32 bits that kernels have for them.
    private func verifyWindow(
        _ kernelHeight: Int, _ kernelWidth: Int, _ dilationHeight: Int, _ dilationWidth: Int
    ) throws(PlanError) {
        let bound = FileLayout.largestExtent
        for (axis, kernel, dilation) in [("rows", kernelHeight, dilationHeight), ("columns", kernelWidth, dilationWidth)]
            as [(StaticString, Int, Int)]
        {
            let extent = Int64(kernel - 1) * Int64(dilation) + 1
            try require(extent <= Int64(bound), ".\(axis): the window spans \(extent), expected at most \(bound)")
        }
        let positions = Int64(kernelHeight) * Int64(kernelWidth)
        try require(
            positions <= Int64(FileLayout.largestWindow),
            ": the kernel has \(positions) positions, expected at most \(FileLayout.largestWindow)")
    }

    /// The last window must begin no further below (or right of) the source than a kernel's largest extent.
    private func verifyReach(
        _ axis: StaticString, _ count: Int, _ stride: Int, _ padding: Int, _ size: Int
    ) throws(PlanError) {
        let last = Int64(count - 1) * Int64(stride) - Int64(padding)
        try require(
            last <= Int64(size + FileLayout.largestExtent), ".\(axis): the last window begins at \(last), the source ends at \(size)")
    }

    private func verifyHalos(_ operation: PlanOperation) throws(PlanError) {
        for (position, id) in operation.sources.enumerated() {
            let needed = operation.halo(ofSource: position, in: values)
            let value = values[id.index]
            try require(
                needed.left <= value.leftHalo && needed.right <= value.rightHalo,
                ": source \(position) has halos of \(value.leftHalo) and \(value.rightHalo) columns, needs \(needed.left) and \(needed.right)"
            )
        }
    }

    func requireShape(_ value: PlanValue, _ height: Int, _ width: Int, _ channels: Int) throws(PlanError) {
        try require(
            value.height == height && value.width == width && value.channels == channels,
            ": a value is \(value.height)x\(value.width)x\(value.channels), expected \(height)x\(width)x\(channels)")
    }

    private func requireChannels(_ value: PlanValue, _ channels: Int) throws(PlanError) {
        try require(value.channels == channels, ": the result has # channels, expected #", value.channels, channels)
    }
}
