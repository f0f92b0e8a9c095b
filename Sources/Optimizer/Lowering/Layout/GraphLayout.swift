import GraphIR
import PlanFormat

/// Which values of a graph are images, laid out in blocks of channels, and which are plain tensors; in which layout each input is
/// read and each output written; and whether the schedule can run once for each image of a batch.
///
/// ``LayoutAnalysis`` finds it out before any operation has a kernel.
struct GraphLayout: Sendable {
    /// What an operation works on.
    enum Placement: Hashable, Sendable {
        /// Blocked images, row by row, once for each image of the batch.
        case images
        /// Whole plain tensors, or nothing where the result is only another view.
        case plain
    }

    /// How often the schedule runs.
    enum Batch: Hashable, Sendable {
        /// It is made for one image and runs once for each of so many.
        case repeated(images: Int)
        /// Once: operations on images are there once for each image, those on plain tensors see the whole batch. Says what needs
        /// the whole batch; nil where the inputs and outputs have no batch in common.
        case whole(reason: String?)
    }

    /// By node; nil where no output depends on the node.
    var placements: [Placement?]
    /// By value, as its node makes it; nil where no output depends on it.
    var values: [ValueLayout?]
    var inputs: [EntryPoint.Layout]
    var outputs: [EntryPoint.Layout]
    var batch: Batch

    /// Whether the schedule is made for one image and repeated.
    var repeats: Bool {
        if case .repeated = batch { true } else { false }
    }
}

// MARK: Text

extension GraphLayout {
    /// One line for the batch, for each input, for each operation that is no constant, and for each output: `--stop-after layout`.
    func text(of function: Function) -> String {
        var lines = [batchText]
        for (input, layout) in zip(function.inputs, inputs) {
            lines.append("input '\(printableText(function[input].name))' \(function.type(of: input)): \(layout.text)")
        }
        for (node, placement) in zip(function.nodes, placements) {
            guard let placement else { continue }
            if case .constant = node.operation { continue }
            let results = node.outputs.map { output in
                "'\(printableText(function[output].name))' \(function.type(of: output)): \(values[output.index]?.text ?? "not read")"
            }
            let name = "\(node.operation.mnemonic) '\(printableText(node.name))'"
            lines.append("\(name) on \(placement == .images ? "images" : "plain tensors"): \(results.joined(separator: "; "))")
        }
        for (output, layout) in zip(function.outputs, outputs) {
            lines.append("output '\(printableText(output.name))' \(function.type(of: output.value)): \(layout.text)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var batchText: String {
        switch batch {
        case .repeated(let images): "batch: one schedule, once for each of \(images) images"
        case .whole(nil): "batch: one schedule, once"
        case .whole(let reason?): "batch: one schedule for all images, because \(printableText(reason))"
        }
    }
}

extension ValueLayout {
    fileprivate var text: String {
        switch self {
        case .images(let axes) where axes == ImageAxes.channelsLast: return "images"
        case .images(let axes): return "images, axes \(axes)"
        case .plain: return "plain"
        case .view(let view):
            switch view.base {
            case .input(let index): return "view of input \(index)"
            case .constant(let id): return "view of constant \(id.index)"
            case .value(let id): return "view of value \(id.index)"
            }
        }
    }
}

extension EntryPoint.Layout {
    /// As reports write it.
    var text: String {
        switch self {
        case .plain: "plain"
        case .nhwc: "images, nhwc"
        case .nchw: "images, nchw"
        }
    }
}
