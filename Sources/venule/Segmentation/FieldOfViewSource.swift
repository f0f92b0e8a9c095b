import ArgumentParser
import Imaging

/// Where the field of view of photographs comes from, outside of which their maps are 0.
enum FieldOfViewSource: ExpressibleByArgument, Equatable {
    /// All of a photograph counts.
    case none
    /// Found in the photograph, see `FieldOfView`.
    case auto
    /// A picture of the photograph's size, or a folder of them.
    case path(String)

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "none": self = .none
        case "auto": self = .auto
        default: self = .path(argument)
        }
    }

    static var allValueStrings: [String] { [] }

    /// What may stand behind a photograph's name in that of its mask, before the extension. The mask of vessels that `segment` writes,
    /// `-mask`, is none of a field of view.
    private static let suffixes = ["-fov", "_fov", "_mask", ""]

    /// The stored mask of each photograph; none where no path is given.
    ///
    /// - Throws: `CommandFailure` of usage where there is none for a photograph, or one file for several.
    func masks(for photographs: [GivenPhotograph], output: String) throws -> [GivenPhotograph: String] {
        guard case .path(let path) = self else { return [:] }
        guard FileStatus(path)?.isFolder == true else {
            guard photographs.count == 1 else {
                throw CommandFailure(
                    .usage,
                    "--fov \(path): is one picture, and \(photographs.count) photographs are given; give a folder with a mask for each")
            }
            return [photographs[0]: path]
        }
        let files = try PhotographList([path], output: output).photographs
        let byName = Dictionary(
            files.map { (SegmentedFiles.withoutExtension($0.relativePath), $0.path) }, uniquingKeysWith: { first, _ in first })
        var masks: [GivenPhotograph: String] = [:]
        var missing: [String] = []
        for photograph in photographs {
            // In a folder of the same name as the photograph's, or without folders.
            let names = [SegmentedFiles.withoutExtension(photograph.relativePath), SegmentedFiles.stem(of: photograph.path)]
            masks[photograph] = names.flatMap { name in Self.suffixes.map { name + $0 } }.lazy.compactMap { byName[$0] }.first
            if masks[photograph] == nil { missing.append(photograph.path) }
        }
        guard let first = missing.first else { return masks }
        let others = missing.count > 1 ? " and \(Format.grouped(missing.count - 1)) others" : ""
        let stem = SegmentedFiles.stem(of: first)
        let names = Self.suffixes.map { "\(stem)\($0)" }.joined(separator: ", ")
        throw CommandFailure(.usage, "--fov \(path): no mask of \(first)\(others); it would be called \(names), with any extension")
    }

    /// The field of view of one photograph; nil where all of it counts.
    ///
    /// - Parameter stored: the path of its mask.
    func field(of photograph: Photograph, stored: String?) throws -> Mask? {
        switch self {
        case .none: return nil
        case .auto: return FieldOfView.find(in: photograph)
        case .path(let path):
            let mask = Mask(try ImageFile.read(stored ?? path))
            guard mask.height == photograph.height, mask.width == photograph.width else {
                throw CommandFailure(
                    .usage,
                    "\(stored ?? path): the mask has \(mask.width)x\(mask.height) pixels, the photograph \(photograph.width)x\(photograph.height)"
                )
            }
            return mask
        }
    }
}

extension Raster {
    /// Makes the map 0 wherever a mask of its size is not set.
    mutating func clear(outside field: Mask) {
        for (index, isSet) in field.isSet.enumerated() where !isSet { values[index] = 0 }
    }
}
