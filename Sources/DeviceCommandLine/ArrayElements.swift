import Files
import PlanFormat

extension NPYHeader.Element {
    init(_ element: PlanElement) {
        switch element {
        case .float32: self = .float32
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .bool: self = .bool
        }
    }
}
