import Imaging
import Optimizer

/// A picture on its way to a network.
enum Picture {
    /// As the camera delivered it: a plan that takes bytes gets these.
    case photograph(Photograph)
    /// Something was done to it; values from 0 to 1.
    case raster(Raster)

    var height: Int {
        switch self {
        case .photograph(let photograph): photograph.height
        case .raster(let raster): raster.height
        }
    }

    var width: Int {
        switch self {
        case .photograph(let photograph): photograph.width
        case .raster(let raster): raster.width
        }
    }

    var size: PictureSize { PictureSize(height: height, width: width) }

    /// Its values from 0 to 1; of a photograph they take four times its bytes, so nobody asks who can do without.
    var raster: Raster {
        switch self {
        case .photograph(let photograph): Raster(photograph)
        case .raster(let raster): raster
        }
    }

    /// The picture at another size; itself where that is the size it has.
    func resized(to size: PictureSize) -> Picture {
        size == self.size ? self : .raster(raster.resized(height: size.height, width: size.width))
    }

    /// The picture with zeros below and to the right of it; itself where there are none.
    func padded(to size: PictureSize) -> Picture {
        size == self.size ? self : .raster(raster.padded(height: size.height, width: size.width))
    }

    /// The pixels as a camera gives them, row by row: those of a photograph are its own samples, values are rounded to them.
    func bytes(as format: CameraFrame.PixelFormat) -> [UInt8] {
        func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, (value * 255).rounded()))) }
        switch (format, self) {
        case (.gray8, .photograph(let photograph)): return photograph.luminance(byte)
        case (.gray8, .raster(let raster)): return (raster.channels == 3 ? raster.luminance() : raster).values.map(byte)
        case (_, .photograph(let photograph)): return Self.reordered(photograph.samples, as: format)
        case (_, .raster(let raster)): return Self.reordered(raster.values.map(byte), as: format)
        }
    }

    /// Red, green and blue of each pixel as another format has them.
    private static func reordered(_ samples: [UInt8], as format: CameraFrame.PixelFormat) -> [UInt8] {
        switch format {
        case .rgb8, .gray8: return samples
        case .bgr8:
            var result = samples
            for first in stride(from: 0, to: result.count - 2, by: 3) { result.swapAt(first, first + 2) }
            return result
        case .rgba8:
            var result = [UInt8](repeating: 255, count: samples.count / 3 * 4)
            for pixel in 0..<samples.count / 3 {
                for channel in 0..<3 { result[4 * pixel + channel] = samples[3 * pixel + channel] }
            }
            return result
        }
    }
}
