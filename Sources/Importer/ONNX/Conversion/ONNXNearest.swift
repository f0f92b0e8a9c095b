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
        "Einsum": "MatMul", "ScatterND": "Concat or Where", "ScatterElements": "Concat or Where",
        "TopK": "ArgMax", "ConvInteger": "DequantizeLinear and Conv",
        "QLinearConv": "DequantizeLinear, Conv and QuantizeLinear", "QLinearMatMul": "DequantizeLinear, MatMul and QuantizeLinear",
        "MatMulInteger": "DequantizeLinear and MatMul", "Scan": "Loop with a constant number of turns", "Round": "Floor",
        "CumSum": "MatMul",
        "LSTM": "no recurrent operator", "GRU": "no recurrent operator", "RNN": "no recurrent operator",
    ]
}
