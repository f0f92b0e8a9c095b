/// The layers of one IterNet in the order in which the files of the reference code list them, and which parts of the network
/// they belong to.
///
/// The order is the one that Keras uses, by depth: what iteration 1 needs (its concatenation of features and the 1x1
/// convolution on it) stands in the middle of the shared layers, what the later iterations add stands after all shared layers,
/// and the heads come last. It was compared with Keras 2.2.4 and 2.3.1 for N = 1 to 6 and 11.
struct IterNetLayout: Sendable {
    /// A convolution, a ReLU and a dropout.
    struct Unit: Hashable, Sendable {
        var convolution: Int
        var relu: Int
        var dropout: Int
    }

    /// Two units, and for every level but the first the pooling in front of them.
    struct Contraction: Hashable, Sendable {
        var pooling: Int?
        var units: [Unit]
    }

    /// A transposed convolution, the concatenation of its result with the contracting side's, and two units.
    struct Expansion: Hashable, Sendable {
        var upsampling: Int
        /// One for each time that the layers are applied.
        var concatenations: [Int]
        var units: [Unit]
    }

    /// The part of an iteration that it does not share with the others: the concatenation of all features so far, and a 1x1
    /// convolution.
    struct Fusion: Hashable, Sendable {
        var concatenation: Int
        var convolution: Int
    }

    let member: IterNetMember
    private(set) var layers: [IterNetLayer] = []
    let input = 0
    /// The levels of the U-Net on the way down, from full size on.
    private(set) var contraction: [Contraction] = []
    /// The levels of the U-Net on the way up, from the deepest on.
    private(set) var expansion: [Expansion] = []
    /// The shared units that make an iteration's features.
    private(set) var features: [Unit] = []
    /// One for each iteration.
    private(set) var fusions: [Fusion] = []
    /// The shared levels 2 and 3 of the mini-U-Net.
    private(set) var miniContraction: [Contraction] = []
    private(set) var miniExpansion: [Expansion] = []
    /// N + 1 of them, in the order of the outputs.
    private(set) var heads: [Int] = []

    init(_ member: IterNetMember) {
        self.member = member
        _ = append(.input(channels: member.inputChannels), "input", calls: [[]])
        addUNet()
        addFirstIteration()
        addLaterIterations()
        addHeads()
        connectSharedLayers()
    }

    /// Indices of the layers that have weights, in order.
    var weightedLayers: [Int] { layers.indices.filter { !layers[$0].weightShapes.isEmpty } }

    /// Names of the outputs: `out11` … `out1N`, `final_out`.
    var outputNames: [String] { (1...member.iterations).map { "out1\($0)" } + ["final_out"] }
}

// MARK: The parts, in the order of the file
extension IterNetLayout {
    private mutating func append(_ kind: IterNetLayer.Kind, _ role: String, calls: [[Int]]) -> Int {
        layers.append(IterNetLayer(kind: kind, role: role, calls: calls))
        return layers.count - 1
    }

    private mutating func unit(_ input: Int, from: Int, to: Int, _ role: String) -> Unit {
        let convolution = append(.convolution(size: 3, from: from, to: to, activation: .linear), role, calls: [[input]])
        let relu = append(.relu, role, calls: [[convolution]])
        let dropout = append(.dropout, role, calls: [[relu]])
        return Unit(convolution: convolution, relu: relu, dropout: dropout)
    }

    private mutating func units(_ input: Int, from: Int, to: Int, _ role: String) -> [Unit] {
        let first = unit(input, from: from, to: to, "\(role), first unit")
        return [first, unit(first.dropout, from: to, to: to, "\(role), second unit")]
    }

    private mutating func contract(_ input: Int, from: Int, to: Int, pooled: Bool, _ role: String) -> Contraction {
        let pooling = pooled ? append(.maxPooling, role, calls: [[input]]) : nil
        return Contraction(pooling: pooling, units: units(pooling ?? input, from: from, to: to, role))
    }

    /// Halves the channels to `to` while it doubles the size. The transposed convolution's result comes first in the
    /// concatenation.
    private mutating func expand(_ input: Int, skip: Int, to: Int, _ role: String) -> Expansion {
        let upsampling = append(.transposedConvolution(from: 2 * to, to: to), role, calls: [[input]])
        let concatenation = append(.concatenation, role, calls: [[upsampling, skip]])
        return Expansion(
            upsampling: upsampling, concatenations: [concatenation],
            units: units(concatenation, from: 2 * to, to: to, role))
    }

    private mutating func addUNet() {
        let k = member.baseChannels
        var last = input
        for level in 0..<5 {
            let part = contract(
                last, from: level == 0 ? member.inputChannels : k << (level - 1), to: k << level, pooled: level > 0,
                "U-Net, contracting level \(level + 1)")
            contraction.append(part)
            last = result(of: part.units)
        }
        for level in (0..<4).reversed() {
            let part = expand(
                last, skip: result(of: contraction[level].units), to: k << level, "U-Net, expanding level \(level + 1)")
            expansion.append(part)
            last = result(of: part.units)
        }
    }

    private mutating func addFirstIteration() {
        let k = member.baseChannels
        features = units(unetResult, from: k, to: k, "iterations, features")
        addFusion(iteration: 1)
        let level2 = contract(fusions[0].convolution, from: k, to: 2 * k, pooled: true, "iterations, contracting level 2")
        let level3 = contract(
            result(of: level2.units), from: 2 * k, to: 4 * k, pooled: true, "iterations, contracting level 3")
        miniContraction = [level2, level3]
        let up2 = expand(
            result(of: level3.units), skip: result(of: level2.units), to: 2 * k, "iterations, expanding level 2")
        let up1 = expand(
            result(of: up2.units), skip: fusions[0].convolution, to: k, "iterations, expanding level 1")
        miniExpansion = [up2, up1]
    }

    private mutating func addLaterIterations() {
        for iteration in 1...member.iterations where iteration > 1 {
            addFusion(iteration: iteration)
            let level2 = result(of: miniContraction[0].units)
            let up2 = miniExpansion[0].upsampling
            let up1 = miniExpansion[1].upsampling
            let role = "iteration \(iteration), expanding level"
            miniExpansion[0].concatenations.append(append(.concatenation, "\(role) 2", calls: [[up2, level2]]))
            miniExpansion[1].concatenations.append(
                append(.concatenation, "\(role) 1", calls: [[up1, fusions[iteration - 1].convolution]]))
        }
    }

    /// Adds a fusion: [s1, f1, … ft] become k channels, without activation. s1 is what the first level of the U-Net makes of
    /// the image.
    private mutating func addFusion(iteration: Int) {
        let k = member.baseChannels
        let inputs = [result(of: contraction[0].units)] + Array(repeating: result(of: features), count: iteration)
        let role = "iteration \(iteration), fusion of the features"
        let concatenation = append(.concatenation, role, calls: [inputs])
        let convolution = append(
            .convolution(size: 1, from: k * (iteration + 1), to: k, activation: .linear), role, calls: [[concatenation]])
        fusions.append(Fusion(concatenation: concatenation, convolution: convolution))
    }

    private mutating func addHeads() {
        let activation: IterNetLayer.Activation = member.outputChannels == 1 ? .sigmoid : .sigmoidOrSoftmax
        for index in 0...member.iterations {
            let input = index == 0 ? unetResult : iterationResult
            heads.append(
                append(
                    .convolution(size: 1, from: member.baseChannels, to: member.outputChannels, activation: activation),
                    "head \(outputNames[index])", calls: [[input]]))
        }
    }

    private func result(of units: [Unit]) -> Int { units[units.count - 1].dropout }
    private var unetResult: Int { result(of: expansion[expansion.count - 1].units) }
    private var iterationResult: Int { result(of: miniExpansion[miniExpansion.count - 1].units) }

    /// Connects the shared layers, which are applied in every iteration. Most are applied to the next result of the same layer
    /// as before, and at four places to that of another layer.
    private mutating func connectSharedLayers() {
        let count = member.iterations
        let shared = features + miniContraction.flatMap(\.units) + miniExpansion.flatMap(\.units)
        let indices =
            shared.flatMap { [$0.convolution, $0.relu, $0.dropout] }
            + miniContraction.compactMap(\.pooling) + miniExpansion.map(\.upsampling)
        for index in indices { layers[index].calls = Array(repeating: layers[index].calls[0], count: count) }
        for iteration in 0..<count {
            if iteration > 0 { layers[features[0].convolution].calls[iteration] = [iterationResult] }
            if let pooling = miniContraction[0].pooling {
                layers[pooling].calls[iteration] = [fusions[iteration].convolution]
            }
            for part in miniExpansion {
                layers[part.units[0].convolution].calls[iteration] = [part.concatenations[iteration]]
            }
        }
    }
}
