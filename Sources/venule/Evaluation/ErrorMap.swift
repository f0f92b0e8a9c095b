import Evaluation
import Imaging

/// A picture of where a map that is cut at 0.5 is wrong.
enum ErrorMap {
    /// Told apart also by who does not tell red from green; red, green and blue.
    static let colours: (right: [Int], missed: [Int], invented: [Int], background: [Int], outside: [Int]) =
        ([236, 236, 232], [255, 138, 30], [46, 150, 255], [16, 18, 22], [62, 66, 74])
    /// Longer pictures are reduced by a whole factor, pixels averaged, so that thin vessels stay to be seen.
    static let longestSide = 960

    /// - Returns: a PNG; nil where there is no memory for it.
    static func png(of map: EvaluatedMap) -> [UInt8]? {
        let factor = max(1, (max(map.height, map.width) + longestSide - 1) / longestSide)
        let (height, width) = ((map.height + factor - 1) / factor, (map.width + factor - 1) / factor)
        var samples = [UInt8](repeating: 0, count: 3 * height * width)
        var sums = [Int](repeating: 0, count: 3 * width)
        var counts = [Int](repeating: 0, count: width)
        for row in 0..<map.height {
            for column in 0..<map.width {
                let colour = colour(of: row * map.width + column, map)
                let target = column / factor
                counts[target] += 1
                for channel in 0..<3 { sums[3 * target + channel] += colour[channel] }
            }
            guard (row + 1).isMultiple(of: factor) || row + 1 == map.height else { continue }
            for index in sums.indices { samples[3 * width * (row / factor) + index] = UInt8(sums[index] / counts[index / 3]) }
            for index in sums.indices { sums[index] = 0 }
            for index in counts.indices { counts[index] = 0 }
        }
        return ImageFile.png(Photograph(height: height, width: width, samples: samples))
    }

    private static func colour(of pixel: Int, _ map: EvaluatedMap) -> [Int] {
        guard map.field?.isSet[pixel] ?? true else { return colours.outside }
        switch (map.truth.isSet[pixel], map.scores[pixel] >= Figures.half) {
        case (true, true): return colours.right
        case (true, false): return colours.missed
        case (false, true): return colours.invented
        case (false, false): return colours.background
        }
    }
}
