import CVenule
import PlanFormat
import Platform
import Runtime

/// A model as a C program holds it, together with the names of its entry points, to which C gets pointers that stay valid.
final class ModelBox {
    let model: Model
    let names: UnsafeMutableBufferPointer<UInt8>
    /// Where the name of each entry point ends, first those of the inputs and then those of the outputs.
    private let nameEnds: [Int]
    let log: Log

    init(_ model: Model, _ log: Log) {
        self.model = model
        self.log = log
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for entry in model.plan.inputs + model.plan.outputs {
            bytes += entry.name
            ends.append(bytes.count)
        }
        nameEnds = ends
        names = .allocate(capacity: bytes.count)
        _ = names.initialize(from: bytes)
    }

    deinit { names.deallocate() }

    /// The name of an entry point, where `index` counts the inputs and then the outputs.
    func name(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(rebasing: names[(index == 0 ? 0 : nameEnds[index - 1])..<nameEnds[index]])
    }

    static func of(_ pointer: OpaquePointer) -> ModelBox {
        Unmanaged<ModelBox>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }
}

private typealias ModelResult = UnsafeMutablePointer<OpaquePointer?>
private typealias OptionsPointer = UnsafePointer<venule_model_options>

/// The options that the C program gave for loading a model.
private struct ModelOptions {
    var limits = PlanLimits.standard
    var allocator = venule_allocator_system()
    var isMapped = true

    /// Null pointers and limits of 0 stand for the standard ones.
    init(_ options: venule_model_options) {
        if options.memoryLimit > 0 { limits.memoryBytes = Int(clamping: options.memoryLimit) }
        if options.workLimit > 0 { limits.work = Int64(clamping: options.workLimit) }
        if let memory = options.memory { allocator = venule_allocator(memory.pointee) }
        isMapped = options.readsFile == 0
    }
}

/// Loads a model. If anything fails, the result is null.
/// - Parameter source: What the model is made from.
private func load<Source>(
    _ result: ModelResult?, from source: Source?, called name: StaticString, _ options: OptionsPointer?, _ failure: FailurePointer?,
    _ model: (Source, ModelOptions) throws(RuntimeError) -> Model
) -> Int32 {
    guard let result else { return report(.usage, "model: is null", to: failure) }
    result.pointee = nil
    guard let source else { return report(.usage, "\(name): is null", to: failure) }
    var given = venule_model_options()
    if let options {
        do {
            given = try venule_model_options(of: options, called: "options")
        } catch {
            return report(.usage, error.message, to: failure)
        }
    }
    let log = Log(given.log)
    do {
        let box = ModelBox(try model(source, ModelOptions(given)), log)
        result.pointee = OpaquePointer(Unmanaged.passRetained(box).toOpaque())
        let plan = box.model.plan
        log.write(
            VENULE_LOG_INFORMATION,
            "model: \(box.model.fileBytes) bytes, \(plan.operations.count) operations, \(plan.schedule.count) steps")
        return succeed(failure)
    } catch {
        return log.report(error, to: failure)
    }
}

@c(venule_model_open)
public func openModel(
    _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<venule_model_options>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    load(model, from: path, called: "path", options, failure) { path, options throws(RuntimeError) in
        try Model(path: path, isMapped: options.isMapped, limits: options.limits, allocator: options.allocator)
    }
}

@c(venule_model_open_descriptor)
public func openModelDescriptor(
    _ descriptor: Int32, _ options: UnsafePointer<venule_model_options>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    load(model, from: descriptor, called: "descriptor", options, failure) { descriptor, options throws(RuntimeError) in
        try Model(descriptor: descriptor, isMapped: options.isMapped, limits: options.limits, allocator: options.allocator)
    }
}

@c(venule_model_borrow)
public func borrowModel(
    _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ options: UnsafePointer<venule_model_options>?,
    _ model: UnsafeMutablePointer<OpaquePointer?>?, _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    load(model, from: planBytes(bytes, byteCount), called: "bytes", options, failure) { bytes, options throws(RuntimeError) in
        try Model(borrowing: bytes, limits: options.limits)
    }
}

@c(venule_model_copy)
public func copyModel(
    _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ options: UnsafePointer<venule_model_options>?,
    _ model: UnsafeMutablePointer<OpaquePointer?>?, _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    load(model, from: planBytes(bytes, byteCount), called: "bytes", options, failure) { bytes, options throws(RuntimeError) in
        try Model(copying: bytes, limits: options.limits, allocator: options.allocator)
    }
}

/// - Parameter byteCount: Negative if the number that C gave is larger than any memory.
private func planBytes(_ bytes: UnsafeRawPointer?, _ byteCount: Int) -> UnsafeRawBufferPointer? {
    bytes.flatMap { byteCount >= 0 ? UnsafeRawBufferPointer(start: $0, count: byteCount) : nil }
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

/// The version as a C string: a literal, so that it lives as long as the program.
@c(venule_version)
public func version() -> UnsafePointer<CChar> {
    UnsafeRawPointer(RuntimeVersion.literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
