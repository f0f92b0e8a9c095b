import GraphIR
import PlanFormat

/// Bytes of an input become images while they are read.
extension Cast: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { layouts.isInputOfByteImages(node.inputs[0]) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        guard case .input(let input)? = builder.forms[node.inputs[0]]?.view?.base else {
            throw Unsupported("it converts no bytes of an input")
        }
        let output = node.outputs[0]
        let image = builder.inputImage(
            input, try builder.image(output), image: builder.currentImage, name: builder.function[output].name)
        builder.use(image, as: output)
    }
}

extension Cast: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        if layouts.function.type(of: node.inputs[0]).element == element {
            layouts.set(node.outputs[0], layouts.layout(of: node.inputs[0]))
            return
        }
        layouts.readWhole(node.inputs[0])
        layouts.set(node.outputs[0], .plain)
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        if builder.function.type(of: node.inputs[0]).element == element {
            builder.forms[node.outputs[0]] = try builder.form(of: node.inputs[0])
            return
        }
        let source = try builder.dense(node.inputs[0])
        try builder.addPlain(.cast(PlainCast()), node, sources: [source])
    }
}

extension ElementType {
    /// The bits of a float that is converted to the type, as ``Cast`` does.
    func bits(of value: Float) -> UInt64 {
        func integer<Number: FixedWidthInteger>(_: Number.Type) -> UInt64 {
            if value.isNaN { return 0 }
            if value <= Float(Number.min) { return UInt64(truncatingIfNeeded: Number.min) }
            if value >= Float(Number.max) { return UInt64(truncatingIfNeeded: Number.max) }
            return UInt64(truncatingIfNeeded: Number(value))
        }
        switch self {
        case .float32: return UInt64(value.bitPattern)
        case .int64: return integer(Int64.self)
        case .int32: return integer(Int32.self)
        case .uint8: return integer(UInt8.self)
        case .int8: return integer(Int8.self)
        case .bool: return value != 0 ? 1 : 0
        }
    }
}
