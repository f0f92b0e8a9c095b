import Imaging
import Optimizer
import PlanFormat
import Runtime

/// Runs a plan on pictures. Rows of a picture are made when the plan asks for them, and rows of the maps handed over as they are
/// finished, so that neither is ever held whole.
final class MapRunner {
    private let session: Session
    /// The plan, for messages.
    private let place: String
    /// Those outputs of the plan that are maps.
    private let outputs: [Int]
    private let end: MapEnd
    private let input: EntryPoint
    private let format: CameraFrame.PixelFormat
    /// A row of the picture.
    private var values: [Float] = []

    /// - Parameters:
    ///   - end: what is done to the outputs.
    ///   - threads: nil for as many as the process may use processors.
    init(_ model: Model, outputs: [Int], end: MapEnd, place: String, threads: Int?) throws {
        session = try Session(model, place: place, threads: threads)
        self.outputs = outputs
        self.end = end
        self.place = place
        input = model.plan.inputs[0]
        format = model.plan.frame?.format ?? (input.channels == 1 ? .gray8 : .rgb8)
    }

    /// Rows and columns of the pictures.
    var size: PictureSize { PictureSize(height: input.height, width: input.width) }

    /// - Parameters:
    ///   - picture: of the plan's size; a network of one channel gets the luminance.
    ///   - sinks: one for each of the outputs.
    func run(_ picture: any PictureRows, into sinks: [any MapSink]) throws {
        let picture = input.channels == 1 ? picture.luminance() : picture
        do throws(RuntimeError) {
            try exchange(picture, sinks)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    private func exchange(_ picture: any PictureRows, _ sinks: [any MapSink]) throws(RuntimeError) {
        let count = (outputs.max() ?? 0) + 1
        // Of an input that several operations read there have to be all rows; that is a part of the plan's memory.
        let whole = session.isReadOnce[0] ? nil : WholeInput(input)
        if let whole {
            let strides = input.strides(ofImage: 0)
            for row in 0..<input.height {
                write(row, of: picture, to: whole.bytes, row * strides.row, channelStride: strides.channel)
            }
        }
        try session.start(
            inputs: [whole.map { .whole(UnsafeRawBufferPointer($0.bytes)) } ?? .rows],
            outputs: [RunOutput](repeating: .rows, count: count), options: RunOptions(outputs: count))
        while true {
            switch try session.advance() {
            case .inputRows(let rows):
                let valuesOfRow = input.width * input.channels
                for row in 0..<rows.rowCount {
                    write(rows.firstRow + row, of: picture, to: rows.bytes, row * valuesOfRow, channelStride: input.width)
                }
            case .outputRows(let rows):
                guard let index = outputs.firstIndex(of: rows.entry) else { continue }
                let entry = session.model.plan.outputs[rows.entry]
                let all = rows.bytes.bindMemory(to: Float.self)
                let count = entry.width * entry.channels
                for row in 0..<rows.rowCount {
                    let values = Array(all[row * count..<(row + 1) * count])
                    sinks[index].take(end.map(of: values, channels: entry.channels, areInPlanes: entry.layout == .nchw))
                }
            case .finished:
                return
            }
        }
    }

    /// Writes a row of the picture as the plan takes it.
    ///
    /// - Parameters:
    ///   - start: the place of its first element.
    ///   - channelStride: elements from one channel to the next, where each channel has a row of its own.
    private func write(
        _ row: Int, of picture: any PictureRows, to bytes: UnsafeMutableRawBufferPointer, _ start: Int, channelStride: Int
    ) {
        let count = input.width * picture.channels
        if values.count != count { values = [Float](repeating: 0, count: count) }
        picture.read(row: row, columns: 0..<input.width, into: &values, at: 0)
        if input.tensor.element == .uint8 {
            format.write(values, to: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + input.width * input.channels]))
            return
        }
        let floats = bytes.bindMemory(to: Float.self)
        if input.layout == .nchw {
            for channel in 0..<input.channels {
                let first = start + channel * channelStride
                for column in 0..<input.width { floats[first + column] = values[column * input.channels + channel] }
            }
        } else {
            for index in 0..<count { floats[start + index] = values[index] }
        }
    }
}

/// Memory for all of a plan's input.
private final class WholeInput {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ input: EntryPoint) {
        bytes = .allocate(byteCount: input.byteCount, alignment: 64)
    }

    deinit { bytes.deallocate() }
}

extension CameraFrame.PixelFormat {
    /// Writes pixels as a camera gives them: values from 0 to 1 rounded to bytes, which of a photograph are its own samples.
    ///
    /// - Parameter values: red, green and blue of each pixel, or its luminance for `gray8`.
    fileprivate func write(_ values: [Float], to bytes: UnsafeMutableRawBufferPointer) {
        func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, (value * 255).rounded()))) }
        switch self {
        case .rgb8, .gray8:
            for (index, value) in values.enumerated() { bytes[index] = byte(value) }
        case .bgr8:
            for (index, value) in values.enumerated() { bytes[index + 2 - 2 * (index % 3)] = byte(value) }
        case .rgba8:
            for pixel in 0..<values.count / 3 {
                for channel in 0..<3 { bytes[4 * pixel + channel] = byte(values[3 * pixel + channel]) }
                bytes[4 * pixel + 3] = 255
            }
        }
    }
}
