import ArgumentParser

/// How a photograph meets a network.
enum SegmentationProtocol: String, ExpressibleByArgument, CaseIterable {
    /// All at once.
    case whole
    /// Overlapping patches whose predictions are averaged, as the reference's predict.py does.
    case patches
    /// Several passes, each of the photograph shifted by less than the network's pooling period, whose maps are averaged.
    case phases
}

/// The data sets of the reference, each of which is resized to a square before it is segmented.
enum DataSet: String, ExpressibleByArgument, CaseIterable {
    case drive
    case chaseDB1 = "chase-db1"
    case stare
    case none

    /// The square's side in pixels (`DESIRED_DATA_SHAPE_*` in the reference's prepare_dataset.py); nil to keep the size.
    var side: Int? {
        switch self {
        case .drive: 576
        case .chaseDB1: 960
        case .stare: 592
        case .none: nil
        }
    }

    /// As people write them: `DRIVE`, `CHASEDB1`, `CHASE_DB1`, `chase-db1`, `Chase`.
    init?(argument: String) {
        let letters = argument.lowercased().filter { $0.isLetter || $0.isNumber }
        switch letters {
        case "chase", "chasedb": self = .chaseDB1
        default:
            guard let dataSet = Self.allCases.first(where: { $0.rawValue.filter { $0 != "-" } == letters }) else { return nil }
            self = dataSet
        }
    }
}

extension PictureSize: ExpressibleByArgument {
    /// `592x880`: the height first, as `--input-shape` has it.
    init?(argument: String) {
        let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { side in
            side.allSatisfy { $0.isASCII && $0.isNumber } ? Int(side) : nil
        }
        guard sides.count == 2, let height = sides[0], let width = sides[1], height > 0, width > 0 else { return nil }
        self.init(height: height, width: width)
    }
}
