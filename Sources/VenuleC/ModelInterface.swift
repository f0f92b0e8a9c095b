import CVenule
import PlanFormat
import Runtime

/// A model as C holds it, with the names where their pointers stay valid.
final class ModelBox {
    let model: Model
    let names: UnsafeMutableBufferPointer<UInt8>

    init(_ model: Model) {
        self.model = model
        var bytes: [UInt8] = []
        for entry in model.plan.inputs + model.plan.outputs { bytes += entry.name }
        names = .allocate(capacity: bytes.count)
        _ = names.initialize(from: bytes)
    }

    deinit { names.deallocate() }

    /// The name of entry `index` of inputs followed by outputs.
    func name(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
        let entries = model.plan.inputs + model.plan.outputs
        let start = entries[..<index].reduce(0) { $0 + $1.name.count }
        return UnsafeMutableBufferPointer(rebasing: names[start..<(start + entries[index].name.count)])
    }

    static func of(_ pointer: OpaquePointer) -> ModelBox {
        Unmanaged<ModelBox>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }
}

private typealias ModelResult = UnsafeMutablePointer<OpaquePointer?>

private func load(
    _ result: ModelResult?, _ failure: FailurePointer?, _ model: () throws(RuntimeError) -> Model
) -> Int32 {
    guard let result else { return report(.usage, "model: is null", to: failure) }
    result.pointee = nil
    do {
        let box = ModelBox(try model())
        result.pointee = OpaquePointer(Unmanaged.passRetained(box).toOpaque())
        return succeed(failure)
    } catch {
        return report(error, to: failure)
    }
}

extension PlanLimits {
    /// What C gave; null, and a limit of 0, for the standard ones.
    fileprivate init(_ limits: UnsafePointer<venule_limits>?) {
        self = .standard
        guard let limits = limits?.pointee else { return }
        if limits.memoryBytes > 0 { memoryBytes = Int(clamping: limits.memoryBytes) }
        if limits.work > 0 { work = Int64(clamping: limits.work) }
    }
}

@c(venule_model_open)
public func openModel(
    _ path: UnsafePointer<CChar>?, _ limits: UnsafePointer<venule_limits>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let path else { return report(.usage, "path: is null", to: failure) }
    return load(model, failure) { () throws(RuntimeError) in try Model(path: path, limits: PlanLimits(limits)) }
}

@c(venule_model_borrow)
public func borrowModel(
    _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ limits: UnsafePointer<venule_limits>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let bytes, byteCount >= 0 else { return report(.usage, "bytes: is null", to: failure) }
    return load(model, failure) { () throws(RuntimeError) in
        try Model(borrowing: UnsafeRawBufferPointer(start: bytes, count: byteCount), limits: PlanLimits(limits))
    }
}

@c(venule_model_free)
public func freeModel(_ model: OpaquePointer?) {
    guard let model else { return }
    Unmanaged<ModelBox>.fromOpaque(UnsafeRawPointer(model)).release()
}

@c(venule_model_input_count)
public func inputCount(_ model: OpaquePointer?) -> UInt32 {
    guard let model else { return 0 }
    return UInt32(ModelBox.of(model).model.plan.inputs.count)
}

@c(venule_model_output_count)
public func outputCount(_ model: OpaquePointer?) -> UInt32 {
    guard let model else { return 0 }
    return UInt32(ModelBox.of(model).model.plan.outputs.count)
}

@c(venule_model_input)
public func describeInput(
    _ model: OpaquePointer?, _ index: UInt32, _ tensor: UnsafeMutablePointer<venule_tensor>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    describe(model, Int(index), isInput: true, tensor, failure)
}

@c(venule_model_output)
public func describeOutput(
    _ model: OpaquePointer?, _ index: UInt32, _ tensor: UnsafeMutablePointer<venule_tensor>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    describe(model, Int(index), isInput: false, tensor, failure)
}

private func describe(
    _ model: OpaquePointer?, _ index: Int, isInput: Bool, _ tensor: UnsafeMutablePointer<venule_tensor>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let model, let tensor else { return report(.usage, "model or tensor: is null", to: failure) }
    let box = ModelBox.of(model)
    let plan = box.model.plan
    let entries = isInput ? plan.inputs : plan.outputs
    guard index < entries.count else {
        return report(.usage, "\(isInput ? "input" : "output") \(index): the plan has \(entries.count)", to: failure)
    }
    let entry = entries[index]
    let name = box.name(isInput ? index : plan.inputs.count + index)
    var description = venule_tensor()
    description.name = UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self)
    description.nameByteCount = name.count
    description.element = Int32(entry.tensor.element.rawValue)
    description.layout = Int32(entry.layout.rawValue)
    let shape = plan.shape(of: entry)
    description.rank = UInt32(shape.count)
    withUnsafeMutableBytes(of: &description.shape) { sides in
        for axis in shape.indices {
            sides.storeBytes(of: UInt32(truncatingIfNeeded: shape[axis]), toByteOffset: 4 * axis, as: UInt32.self)
        }
    }
    description.byteCount = entry.byteCount * plan.batch
    tensor.pointee = description
    return succeed(failure)
}

/// The version as C keeps it: a literal, so it lives as long as the program.
@c(venule_version)
public func version() -> UnsafePointer<CChar> {
    UnsafeRawPointer(RuntimeVersion.literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
