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
