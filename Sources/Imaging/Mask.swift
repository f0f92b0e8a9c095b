/// Which pixels of a picture belong to something: a field of view, vessels.
public struct Mask: Equatable, Sendable {
    public let height: Int
    public let width: Int
    /// Row-major, one element a pixel.
    public var isSet: [Bool]

    /// - Precondition: `isSet` holds `height * width` elements.
    public init(height: Int, width: Int, isSet: [Bool]) {
        precondition(isSet.count == height * width, "the elements do not fill the mask")
        self.height = height
        self.width = width
        self.isSet = isSet
    }

    public init(height: Int, width: Int, repeating value: Bool) {
        self.init(height: height, width: width, isSet: [Bool](repeating: value, count: height * width))
    }

    /// A stored mask: pixels whose ``Luminance`` is above half of white are set, so 128 of 255 is and 127 is not.
    public init(_ photograph: Photograph) {
        self.init(height: photograph.height, width: photograph.width, isSet: photograph.luminance { $0 > 0.5 })
    }

    public subscript(row: Int, column: Int) -> Bool {
        get { isSet[row * width + column] }
        set { isSet[row * width + column] = newValue }
    }

    /// How many pixels are set.
    public var area: Int { isSet.count(where: \.self) }
}

extension Mask {
    /// The mask with its holes set: what is not set and has no way, by edges of pixels, to the outside of the picture.
    /// `scipy.ndimage.binary_fill_holes` with its default arguments does the same.
    public func withHolesFilled() -> Mask {
        var result = self
        let outside = ConnectedComponents(of: self, value: false, neighbours: .edges)
        outside.set(where: { !outside.touchesBorder[$0] }, in: &result)
        return result
    }

    /// The largest set of set pixels that are connected; of several that are as large the one that comes first in the order of
    /// rows. Empty where nothing is set.
    public func largestComponent(neighbours: ConnectedComponents.Neighbours = .edgesAndCorners) -> Mask {
        var result = Mask(height: height, width: width, repeating: false)
        let components = ConnectedComponents(of: self, neighbours: neighbours)
        let areas = components.areas
        if let largest = areas.indices.max(by: { areas[$0] < areas[$1] || areas[$0] == areas[$1] && $0 > $1 }) {
            components.set(where: { $0 == largest }, in: &result)
        }
        return result
    }
}
