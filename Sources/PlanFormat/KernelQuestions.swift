// Questions to a family whose answers depend on the operation's parameters alone, and not on its values.

extension KernelParameters {
    /// Puts a question to the family for which an operation and values are not needed.
    private func ask<Visitor: FamilyVisitor>(_ visitor: Visitor) throws(Visitor.Failure) -> Visitor.Answer {
        try visit(visitor, of: PlanOperation(self, sources: [], results: []), in: [])
    }

    /// The code of the family in the file, which is the kernels' too.
    package var familyCode: UInt32 { ask(FamilyCodeQuestion()) }

    /// The kind of operation, without its parameters.
    package var name: StaticString { ask(NameQuestion()) }

    /// Which of the family's kernels: the code of a convolution's algorithm, else 0.
    package var variant: UInt32 { ask(VariantQuestion()) }

    /// The words as they stand in the file.
    package var words: [UInt32] { ask(WordsQuestion()) }

    /// Where the pixels of the operation's images lie in the caller's memory or in a plain tensor; nil for an operation that
    /// has none there.
    package func imageStrides(in plan: Plan) -> ImageStrides? { ask(ImageStridesQuestion(plan: plan)) }

    /// The words that the kernel is handed: the strides of its pixels, if it has any, and otherwise the parameters as they
    /// stand in the file.
    package func arguments(in plan: Plan) -> [UInt32] { imageStrides(in: plan)?.words ?? words }

    /// How the operation's weights are stored: float32 if it has none. Setting it has no effect on an operation without
    /// weights.
    public var weights: WeightType {
        get { ask(WeightsQuestion()) }
        set { self = ask(StoredWeightsQuestion(type: newValue)) ?? self }
    }

    /// How an operation's constant is stored; nil where it holds no floats.
    func weightType(ofConstant position: Int) -> WeightType? { ask(ConstantTypeQuestion(position: position)) }

    /// Whether every element of the results is an element of the sources, so that the operation computes no new numbers.
    public var movesElements: Bool { ask(MovesElementsQuestion()) }

    /// The function that is applied to each result; nil where the family has none.
    package var resultActivation: Activation? { ask(ResultActivationQuestion()) }
}

private struct FamilyCodeQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> UInt32 { family.familyCode }
}

private struct NameQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> StaticString { family.name }
}

private struct VariantQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> UInt32 { family.variant }
}

private struct WordsQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> [UInt32] {
        var out = WordWriter()
        family.write(to: &out)
        return out.words
    }
}

private struct ImageStridesQuestion: FamilyVisitor {
    let plan: Plan
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> ImageStrides? {
        family.imageStrides(in: plan)
    }
}

private struct WeightsQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> WeightType { family.weights }
}

private struct StoredWeightsQuestion: FamilyVisitor {
    let type: WeightType
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> KernelParameters? {
        family.storingWeights(as: type)
    }
}

private struct ConstantTypeQuestion: FamilyVisitor {
    let position: Int
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> WeightType? {
        family.weightType(ofConstant: position)
    }
}

private struct MovesElementsQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Bool { family.movesElements }
}

private struct ResultActivationQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Activation? {
        family.resultActivation
    }
}
