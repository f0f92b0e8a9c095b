import ArgumentParser

/// How a photograph meets a network.
enum SegmentationProtocol: String, ExpressibleByArgument, CaseIterable {
    /// All at once.
    case whole
    /// Overlapping patches whose predictions are averaged, as the reference's predict.py does.
    case patches
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
}
