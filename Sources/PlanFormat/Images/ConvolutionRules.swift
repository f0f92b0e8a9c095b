extension ConvolutionParameters {
    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let sources = operation.sources.map { plan.values[$0.index] }
        let results = operation.results.map { plan.values[$0.index] }
        for source in sources { try source.requireShape(sources[0].height, sources[0].width, source.channels) }
        try verifyWindow(kernelHeight, kernelWidth, dilationHeight, dilationWidth)
        try verifyReach("rows", imageHeight, strideHeight, paddingTop, sources[0].height)
        try verifyReach("columns", imageWidth, strideWidth, paddingLeft, sources[0].width)
        if pools {
            let pooled = results[results.count - 1]
            try pooled.requireShape(imageHeight / poolingHeight, imageWidth / poolingWidth, results[0].channels)
        } else {
            try require(!keepsUnpooled, ".keepsUnpooled: without pooling")
        }
        if !pools || keepsUnpooled { try results[0].requireShape(imageHeight, imageWidth, results[0].channels) }
        try verifyAlgorithm(channels: operation.sourceChannels(in: plan.values), outputs: results[0].channels)
    }

    private func verifyAlgorithm(channels: Int, outputs: Int) throws(PlanError) {
        switch algorithm {
        case .direct: try require(groups == 1, ".groups: #, the direct algorithm has 1", groups)
        case .winograd4x4, .winograd2x2:
            let tile = algorithm.tile ?? 1
            try require(
                allowsTiles(of: tile),
                ".algorithm: tiles of #x# are for 3x3 kernels of stride, dilation and groups 1 with pooling that divides them", tile, tile)
        case .grouped:
            try require(
                channels % groups == 0 && outputs % groups == 0,
                ".groups: # do not divide # input and # output channels", groups, channels, outputs)
        case .depthwise:
            try require(
                groups == channels && channels == outputs,
                ".groups: #, a depthwise convolution has as many as input (#) and output (#) channels", groups, channels, outputs)
        }
    }
}
