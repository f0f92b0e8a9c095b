import PlanFormat

extension UnscheduledPlan {
    /// Convolutions that share a kernel: it is packed once, so all of them use the same algorithm.
    struct KernelUsers {
        var constant: PlanConstantID
        var operations: [Int]
    }

    /// The kernels whose packing is open, in the order of their first use.
    func kernelUsers() -> [KernelUsers] {
        var places: [Int: Int] = [:]
        var users: [KernelUsers] = []
        for (index, operation) in operations.enumerated() {
            guard case .convolution = operation.kernel, let constant = operation.constants.first,
                constants.kernel(constant) != nil
            else { continue }
            if let place = places[constant.index] {
                users[place].operations.append(index)
            } else {
                places[constant.index] = users.count
                users.append(KernelUsers(constant: constant, operations: [index]))
            }
        }
        return users
    }

    /// The algorithms that all users of a kernel may have, direct convolution first. It is always possible, and left out only
    /// where `allowed` does not have it and has another.
    func possibleAlgorithms(_ users: KernelUsers, allowed: [ConvolutionAlgorithm]) -> [ConvolutionAlgorithm] {
        let tiled = [ConvolutionAlgorithm.winograd4x4, .winograd2x2].filter { algorithm in
            allowed.contains(algorithm) && constants.kernel(users.constant)?.canStore(algorithm) ?? true
                && users.operations.allSatisfy { operations[$0].allows(algorithm) }
        }
        return allowed.contains(.direct) || tiled.isEmpty ? [.direct] + tiled : tiled
    }

    mutating func use(_ algorithm: ConvolutionAlgorithm, for users: KernelUsers) {
        constants.use(algorithm, for: users.constant)
        for index in users.operations { operations[index] = operations[index].using(algorithm) }
    }
}

extension PlanOperation {
    func using(_ algorithm: ConvolutionAlgorithm) -> PlanOperation {
        guard case .convolution(var p) = kernel else { return self }
        p.algorithm = algorithm
        var operation = self
        operation.kernel = .convolution(p)
        return operation
    }

    /// Whether the operation is a convolution that a tiled algorithm can compute.
    func allows(_ algorithm: ConvolutionAlgorithm) -> Bool {
        guard case .convolution(let p) = kernel, let tile = algorithm.tile else { return false }
        return p.allowsTiles(of: tile)
    }
}
