/// The element type and the sides of a tensor. Images are NHWC: batch, height, width, channels.
public struct TensorType: Hashable, Sendable {
    public var element: ElementType
    public var shape: [Dimension]

    public init(_ element: ElementType, _ shape: [Dimension]) {
        self.element = element
        self.shape = shape
    }

    /// A float32 tensor.
    public init(_ shape: [Dimension]) { self.init(.float32, shape) }

    public var rank: Int { shape.count }

    /// The sides as integers when no symbol is left, else nil.
    public var staticShape: [Int]? {
        var sides: [Int] = []
        for dimension in shape {
            guard let side = dimension.constant else { return nil }
            sides.append(side)
        }
        return sides
    }

    /// Replaces symbols by numbers; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Int]) -> TensorType {
        TensorType(element, shape.map { $0.substituting(bindings) })
    }

    /// Replaces symbols by expressions; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Dimension]) -> TensorType {
        TensorType(element, shape.map { $0.substituting(bindings) })
    }
}

extension TensorType: CustomStringConvertible {
    /// `f32[1, 16*h, 16*w, 3]`
    public var description: String {
        "\(element.rawValue)[\(shape.map(\.description).joined(separator: ", "))]"
    }
}
