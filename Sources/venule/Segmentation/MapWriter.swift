import Files
import Imaging

/// Files that are made of a photograph's maps. They are written row by row, so that none is ever held whole, and appear at
/// their paths together, when all are complete; if this object ends before, nothing is left of them.
final class MapWriter {
    private var files: [any WrittenFile] = []

    /// A `.npy` with the map's values, `[height, width]`.
    func addArray(_ map: Raster, to path: String) throws {
        let file = try ArrayOutput(path, shape: [map.height, map.width])
        for row in 0..<map.height { try file.write(map.values[row * map.width..<(row + 1) * map.width]) }
        files.append(file)
    }

    /// An 8-bit grey PNG.
    ///
    /// - Parameter range: the values that become black and white; nil for 0 and 1.
    func addPicture(of map: Raster, range: ClosedRange<Float>? = nil, to path: String) throws {
        try addPicture(height: map.height, width: map.width, channels: 1, to: path) { row in
            map.values[row * map.width..<(row + 1) * map.width].map { (range?.stretching($0) ?? $0).asByte }
        }
    }

    /// An 8-bit grey PNG that is white where a value is no smaller than a bound, else black; all black without one, and outside of a
    /// field of view.
    func addMask(of map: Raster, reaching bound: Float?, in field: Mask?, to path: String) throws {
        try addPicture(height: map.height, width: map.width, channels: 1, to: path) { row in
            (row * map.width..<(row + 1) * map.width).map { pixel in
                bound.map { map.values[pixel] >= $0 } ?? false && field?.isSet[pixel] ?? true ? 255 : 0
            }
        }
    }

    /// An 8-bit grey PNG that is white where a mask is set, else black.
    func addPicture(of mask: Mask, to path: String) throws {
        try addPicture(height: mask.height, width: mask.width, channels: 1, to: path) { row in
            mask.isSet[row * mask.width..<(row + 1) * mask.width].map { $0 ? 255 : 0 }
        }
    }

    /// The photograph with the vessels in green.
    func addOverlay(of map: Raster, on photograph: Photograph, to path: String) throws {
        try addPicture(height: photograph.height, width: photograph.width, channels: 3, to: path) {
            photograph.overlaid(row: $0, with: map)
        }
    }

    /// An 8-bit PNG.
    ///
    /// - Parameters:
    ///   - channels: 1 grey, 3 RGB.
    ///   - row: makes the samples of a row.
    func addPicture(height: Int, width: Int, channels: Int, to path: String, row: (Int) -> [UInt8]) throws {
        let file = try PictureOutput(path, height: height, width: width, channels: channels)
        for index in 0..<height { try file.write(row(index)) }
        files.append(file)
    }

    /// Brings all files to the disk, then gives them their names.
    ///
    /// - Parameter check: called in between; what it throws leaves no file.
    func publish(after check: () throws -> Void = {}) throws {
        for file in files { try file.finish() }
        try check()
        for file in files { try file.publish() }
        files = []
    }
}

/// A file that is complete and waits for the others.
private protocol WrittenFile: AnyObject {
    func finish() throws
    func publish() throws
}

private final class ArrayOutput: WrittenFile {
    private var file: PendingFile

    init(_ path: String, shape: [Int]) throws {
        file = try PendingFile(path)
        try file.write(NPYHeader(.float32, shape: shape).bytes)
    }

    func write(_ values: ArraySlice<Float>) throws {
        try values.map(\.bitPattern.littleEndian).withUnsafeBytes { bytes in try file.write(bytes) }
    }

    func finish() throws { try file.finish() }
    func publish() throws { try file.publish() }
}

private final class PictureOutput: WrittenFile {
    private let file: PNGFile

    init(_ path: String, height: Int, width: Int, channels: Int) throws {
        do throws(PNGFile.Failure) {
            file = try PNGFile(path, height: height, width: width, channels: channels)
        } catch {
            throw CommandFailure(error)
        }
    }

    func write(_ row: [UInt8]) throws {
        do throws(PNGFile.Failure) { try file.write(row) } catch { throw CommandFailure(error) }
    }

    func finish() throws {
        do throws(PNGFile.Failure) { try file.finish() } catch { throw CommandFailure(error) }
    }

    func publish() throws { try file.publish() }
}

extension CommandFailure {
    fileprivate init(_ failure: PNGFile.Failure) {
        switch failure {
        case .file(let error): self.init(error)
        case .noMemory(let path): self.init(.doesNotFit, "\(path): there is no memory for the picture")
        }
    }
}
