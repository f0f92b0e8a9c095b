extension Plan {
    /// Which operands must be plain tensors and which images.
    func verifyLayouts(_ operation: PlanOperation) throws(PlanError) {
        let sourcesArePlain: Bool
        let resultsArePlain: Bool
        switch operation.kernel {
        case .plain, .plainInput, .plainOutput: (sourcesArePlain, resultsArePlain) = (true, true)
        case .blocking: (sourcesArePlain, resultsArePlain) = (true, false)
        case .unblocking: (sourcesArePlain, resultsArePlain) = (false, true)
        default: (sourcesArePlain, resultsArePlain) = (false, false)
        }
        for (operands, arePlain) in [(operation.sources, sourcesArePlain), (operation.results, resultsArePlain)] {
            let (expected, other) = arePlain ? ("a plain tensor", "an image") : ("an image", "a plain tensor")
            for id in operands {
                try require(
                    (values[id.index].plain != nil) == arePlain, ": values[\(id.index)] is \(other), expected \(expected)")
            }
        }
    }

    /// Operations at the caller's memory and between the layouts, and those on plain tensors.
    func verifyConversion(
        _ operation: PlanOperation, _ sources: [PlanValue], _ results: [PlanValue]
    ) throws(PlanError) {
        switch operation.kernel {
        case .input(let entry, let image):
            let point = try entryPoint(entry, of: inputs, isImage: true)
            try require(image < point.images, ".image: # of #", image, point.images)
            try requireShape(results[0], point.height, point.width, point.channels)
        case .output(let entry):
            let point = try entryPoint(entry, of: outputs, isImage: true)
            try require(sources.count == point.images, ": # sources, expected #", sources.count, point.images)
            for source in sources { try requireShape(source, point.height, point.width, point.channels) }
        case .plainInput(let entry):
            try requireTensor(results[0], try entryPoint(entry, of: inputs, isImage: false))
        case .plainOutput(let entry):
            try requireTensor(sources[0], try entryPoint(entry, of: outputs, isImage: false))
        case .blocking(let strides):
            try verifyStrides(strides, of: results[0], images: 1, in: sources[0])
        case .unblocking(let strides):
            for source in sources { try requireShape(source, sources[0].height, sources[0].width, sources[0].channels) }
            try verifyStrides(strides, of: sources[0], images: sources.count, in: results[0])
            try verifyCoverage(strides, of: sources[0], images: sources.count, in: results[0])
        case .plain(let kernel):
            try kernel.verify(operation.plainOperands(in: values))
        default:
            break
        }
    }

    /// An entry's layout says what its rows are, and so which operations they pass through: those of images through `input` and
    /// `output`, a plain tensor, which is one row, through `plainInput` and `plainOutput`. Another operation would take one row
    /// for all, and the rest of its value for what the memory held.
    private func entryPoint(
        _ entry: Int, of points: [EntryPoint], isImage: Bool
    ) throws(PlanError) -> EntryPoint {
        try require(entry < points.count, ".entry: # of #", entry, points.count)
        let hasImages = points[entry].layout != .plain
        try require(hasImages || !isImage, ".entry: # is a plain tensor, expected images", entry)
        try require(!hasImages || isImage, ".entry: # has rows of images, expected a plain tensor", entry)
        return points[entry]
    }

    private func requireTensor(_ value: PlanValue, _ point: EntryPoint) throws(PlanError) {
        try require(
            value.plain?.element == point.tensor.element && value.plain?.elementCount == point.tensor.elementCount,
            ": the entry point has another type or size than its value")
    }

    /// Every element of the images lies inside the tensor.
    private func verifyStrides(
        _ strides: ImageStrides, of image: PlanValue, images: Int, in value: PlanValue
    ) throws(PlanError) {
        guard let tensor = value.plain else { return }
        try require(tensor.element == .float32, ": elements are \(tensor.element.name), expected float32")
        var last = strides.offset
        for (count, stride) in axes(strides, of: image, images: images) {
            last = last.saturating(plus: (count - 1).saturating(times: stride))
        }
        try require(last < tensor.elementCount, ": reaches element # of #", last, tensor.elementCount)
    }

    /// Every element of the tensor is one of the images', and no two of them are the same: as many as there are, none twice.
    private func verifyCoverage(
        _ strides: ImageStrides, of image: PlanValue, images: Int, in value: PlanValue
    ) throws(PlanError) {
        let axes = axes(strides, of: image, images: images)
        let count = axes.reduce(1) { $0.saturating(times: $1.0) }
        let expected = value.plain?.elementCount ?? 0
        try require(count == expected, ": # elements, expected #", count, expected)
        var nested = axes.filter { $0.0 > 1 }.map { (count: Int64($0.0), stride: Int64($0.1)) }
        try require(areNested(&nested), ": writes an element twice")
    }

    private func axes(_ strides: ImageStrides, of image: PlanValue, images: Int) -> [(Int, Int)] {
        [(images, strides.image), (image.height, strides.row), (image.width, strides.column), (image.channels, strides.channel)]
    }
}
