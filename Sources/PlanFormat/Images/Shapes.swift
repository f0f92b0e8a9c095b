extension PlanValue {
    func requireShape(_ height: Int, _ width: Int, _ channels: Int) throws(PlanError) {
        try require(
            self.height == height && self.width == width && self.channels == channels,
            ": a value is \(self.height)x\(self.width)x\(self.channels), expected \(height)x\(width)x\(channels)")
    }

    /// Throws unless the value, which is a result, has this many channels.
    func requireChannels(_ channels: Int) throws(PlanError) {
        try require(self.channels == channels, ": the result has # channels, expected #", self.channels, channels)
    }
}

extension Plan {
    /// An operation whose only result has the shape of its only source.
    func requireShapeOfSource(_ operation: PlanOperation) throws(PlanError) {
        let source = values[operation.sources[0].index]
        try values[operation.results[0].index].requireShape(source.height, source.width, source.channels)
    }
}
