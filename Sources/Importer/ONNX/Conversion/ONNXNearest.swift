extension ONNXOperator {
    /// What comes nearest to an operator that is not imported, for messages.
    static func nearest(to node: ONNXNode) -> String {
        if let hint = hints[node.operatorName] { return hint }
        guard node.domain.isEmpty else { return "operators of the standard domain, and functions of the model itself" }
        let prefix = node.operatorName.prefix(4)
        let similar = table.keys.filter { $0.hasPrefix(prefix) }.sorted()
        return similar.isEmpty ? "the operators that Documentation/Importing.md lists" : similar.joined(separator: ", ")
    }

    private static let hints: [String: String] = [
        "NonMaxSuppression": "no operator whose result has as many elements as computed values say",
        "Multinomial": "no operator of random numbers", "Bernoulli": "no operator of random numbers",
        "RandomNormal": "no operator of random numbers", "RandomNormalLike": "no operator of random numbers",
        "RandomUniform": "no operator of random numbers", "RandomUniformLike": "no operator of random numbers",
    ]
}
