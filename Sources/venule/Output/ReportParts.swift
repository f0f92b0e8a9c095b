import GraphIR
import Optimizer
import PlanFormat

// What reports of several commands have in common.

/// An input or output of a plan.
struct EntryReport: Encodable {
    var name: String
    /// As NumPy spells it: `float32`.
    var element: String
    var shape: [Int]

    init(_ entry: EntryPoint, in plan: Plan) {
        name = entry.text
        element = entry.tensor.element.name.description
        shape = plan.shape(of: entry)
    }
}

/// An input or output of a model.
struct TensorReport: Encodable {
    var name: String
    /// As NumPy spells it: `float32`.
    var element: String
    /// Numbers, and of sides that are open the expression: `16*h`.
    var shape: [Side]

    enum Side: Encodable {
        case number(Int)
        case expression(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .expression(let text): try container.encode(text)
            }
        }
    }

    /// For people: `1x48x80x3`.
    var shapeText: String {
        shape.map { side in
            switch side {
            case .number(let number): "\(number)"
            case .expression(let text): text
            }
        }.joined(separator: "x")
    }

    init(name: String, _ type: TensorType) {
        self.name = name
        element = PlanElement(type.element).name.description
        shape = type.shape.map { side in side.constant.map { .number($0) } ?? .expression("\(side)") }
    }
}

/// How often something occurs.
struct CountReport: Encodable {
    var name: String
    var count: Int
}

/// A fact that a file records under a key.
struct RecordedFact: Encodable {
    var key: String
    var value: String
}
