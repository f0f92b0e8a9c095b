import PlanFormat

/// Where the rows of an operand lie, so that a pointer to a row follows from its number.
struct RowStore {
    /// Column 0 of row `origin`: of the ring, or of an image that lies in a plain tensor or in the caller's memory.
    private(set) var base: UnsafeMutableRawPointer?
    private(set) var rowBytes: Int
    private(set) var ringRows: Int
    private var origin = 0
    let height: Int
    /// The pointer for a row outside the image.
    let outside: UnsafeMutablePointer<Float>?
    /// The size of the halo columns, which are cleared before a row is written.
    let blocks: Int
    let blockBytes: Int
    let leftBytes: Int
    let rightBytes: Int
    let columnBytes: Int

    /// - Parameter start: The value's ring, or its rows among the constants; nil for memory that the caller gives.
    init(_ value: PlanValue, start: UnsafeMutableRawPointer?, zeroRow: UnsafeMutableRawPointer?) {
        let columnBytes = PlanValue.lanes * MemoryLayout<Float>.stride
        leftBytes = value.leftHalo * columnBytes
        rightBytes = value.rightHalo * columnBytes
        base = start.map { $0 + value.leftHalo * columnBytes }
        rowBytes = value.rowBytes
        ringRows = value.ringRows
        height = value.height
        outside = zeroRow.map { ($0 + value.leftHalo * columnBytes).assumingMemoryBound(to: Float.self) }
        blocks = value.blocks
        blockBytes = value.blockStride * MemoryLayout<Float>.stride
        self.columnBytes = value.width * columnBytes
    }

    /// Rows of an image that lies inside a tensor.
    /// - Parameters:
    ///   - elementBytes: Bytes of one element of the tensor.
    ///   - start: The tensor; nil for the caller's, which each run sets.
    init(
        imagesAt strides: ImageStrides?, height: Int, elementBytes: Int = MemoryLayout<Float>.stride,
        start: UnsafeMutableRawPointer?
    ) {
        let offset = (strides?.offset ?? 0) * elementBytes
        base = start.map { $0 + offset }
        rowBytes = (strides?.row ?? 0) * elementBytes
        ringRows = height
        self.height = height
        outside = nil
        blocks = 0
        blockBytes = 0
        leftBytes = 0
        rightBytes = 0
        columnBytes = 0
    }

    /// Sets memory of the caller's, or the buffer through which the caller's rows pass. It begins with row `firstRow`.
    mutating func bind(_ start: UnsafeMutableRawPointer?, rowBytes: Int, firstRow: Int = 0) {
        base = start
        self.rowBytes = rowBytes
        origin = firstRow
    }

    /// Writes the pointers of `rows` to `table`.
    func fill(_ table: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, _ rows: RowRange) {
        guard let base, rows.count > 0 else { return }
        let inside = rows.clamped(to: height)
        let above = max(0, min(-rows.first, rows.count))
        for index in 0..<above { table[index] = outside }
        var slot = inside.count > 0 ? (inside.first - origin) % ringRows : 0
        for index in above..<(above + inside.count) {
            table[index] = (base + slot * rowBytes).assumingMemoryBound(to: Float.self)
            slot += 1
            if slot == ringRows { slot = 0 }
        }
        for index in (above + inside.count)..<rows.count { table[index] = outside }
    }

    /// Clears the halo columns of the rows whose pointers are in `table`, since another ring may have used this memory in the
    /// meantime.
    func clearHalo(_ table: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count: Int) {
        guard leftBytes + rightBytes > 0 else { return }
        for index in 0..<count {
            guard let row = UnsafeMutableRawPointer(table[index]) else { continue }
            for block in 0..<blocks {
                let start = row + block * blockBytes
                (start - leftBytes).initializeMemory(as: UInt8.self, repeating: 0, count: leftBytes)
                (start + columnBytes).initializeMemory(as: UInt8.self, repeating: 0, count: rightBytes)
            }
        }
    }
}
