import GraphIR
import PlanFormat

extension Selection {
    /// Whether an operation has a kernel on blocked images and should use it. What is cheap stays plain between plain tensors.
    func runsOnImages(_ node: Node) -> Bool {
        guard node.outputs.allSatisfy({ isImage($0) }), !node.inputs.contains(where: { isEmpty($0) }) else { return false }
        switch node.operation {
        case .convolution(let convolution):
            return node.inputs.dropFirst(convolution.sourceCount).allSatisfy { constantID($0) != nil }
        case .transposedConvolution:
            return node.inputs.dropFirst().allSatisfy { constantID($0) != nil }
        case .pooling, .globalPooling:
            return true
        case .matrixMultiplication:
            return node.inputs.dropFirst().allSatisfy { constantID($0) != nil } && isImage(node.inputs[0])
                && function.type(of: node.inputs[1]).rank == 2
        case .batchNormalization:
            return node.inputs.dropFirst().allSatisfy { constantID($0) != nil } && !isAmongPlain(node)
        case .elementwise, .binary:
            return !isAmongPlain(node)
        case .concatenation(let concatenation):
            return concatenation.axis == 3 && !isAmongPlain(node)
        case .softmax(let softmax):
            return softmax.axis == 3 && !softmax.logarithm && !isAmongPlain(node)
        case .padding(let padding):
            let fixed = [padding.amounts[0], padding.amounts[3]]
            return padding.mode != .wrap && fixed.allSatisfy { $0.before == 0 && $0.after == 0 } && !isAmongPlain(node)
        case .cast:
            return byteEntry(node) != nil
        case .slice(let slice):
            // A view of something plain costs nothing.
            return hasMadeImages(node.inputs[0]) && slice.isCrop(of: function.type(of: node.inputs[0]))
        case .resize(let resize):
            return isImage(node.inputs[0]) && resizesImages(resize, node)
        default:
            return false
        }
    }

    /// Whether an operation on images made the value.
    private func hasMadeImages(_ value: ValueID) -> Bool {
        guard let form = forms[value] else { return false }
        return !form.images.isEmpty && form.axes == TensorForm.imageOrder
    }

    /// Rank 4, float32, not empty.
    private func isImage(_ value: ValueID) -> Bool {
        let type = function.type(of: value)
        return type.element == .float32 && type.rank == 4 && type.staticShape?.contains(0) == false
    }

    private func isEmpty(_ value: ValueID) -> Bool { function.type(of: value).staticShape?.contains(0) == true }

    /// Whether no operand is there as images.
    private func isAmongPlain(_ node: Node) -> Bool {
        let computed = node.inputs.filter { constantID($0) == nil }
        return !computed.isEmpty && !computed.contains { hasImages($0) }
    }
}
