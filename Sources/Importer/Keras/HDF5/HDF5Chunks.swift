import CHDF5
import CZlib

/// Decodes the compressed chunks of a tensor once, before libhdf5 decodes them. The filter of libhdf5 doubles its memory for as
/// long as a chunk goes on inflating, whatever size the chunk was declared with. Here, a chunk that exceeds its declared size
/// ends the reading.
struct HDF5Chunks {
    private let dataset: hid_t
    private let objectPath: String
    private let filters: [H5Z_filter_t]
    /// Of a chunk and of the tensor, along each axis.
    private let sides: [hsize_t]
    private let shape: [Int]
    /// Of a chunk as declared, decoded.
    private let byteCount: Int

    /// Filters that are decoded; shuffle and fletcher32 change a chunk's bytes, not their number, but for four of a checksum.
    static let accepted: [H5Z_filter_t] = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32]
    private static let checksumBytes = 4

    init(dataset: hid_t, filters: [H5Z_filter_t], sides: [hsize_t], _ description: HDF5DatasetDescription, at objectPath: String) {
        self.dataset = dataset
        self.filters = filters
        self.sides = sides
        self.objectPath = objectPath
        shape = description.shape
        byteCount = sides.reduce(description.storedElementBytes) { $0 * Int($1) }
    }

    /// - Throws: for a chunk that is damaged or inflates beyond the size that was declared.
    func check() throws(HDF5Error) {
        guard filters.contains(H5Z_FILTER_DEFLATE) else { return }
        var corner = [hsize_t](repeating: 0, count: sides.count)
        while true {
            try checkChunk(at: corner)
            // The next corner inside the tensor, the last axis first.
            var axis = sides.count - 1
            while axis >= 0 {
                corner[axis] += sides[axis]
                if corner[axis] < hsize_t(shape[axis]) { break }
                corner[axis] = 0
                axis -= 1
            }
            guard axis >= 0 else { return }
        }
    }

    private func checkChunk(at corner: [hsize_t]) throws(HDF5Error) {
        var stored: hsize_t = 0
        guard H5Dget_chunk_storage_size(dataset, corner, &stored) >= 0 else {
            throw .library(objectPath, doing: "looking up a chunk")
        }
        // Never written: libhdf5 fills it in.
        guard stored > 0 else { return }
        let limit = byteCount + Self.checksumBytes * filters.count
        // Deflate makes random data a few bytes longer for every 16 KiB.
        guard stored <= hsize_t(limit + limit / 1000 + 64) else {
            throw beyond("\(stored) stored bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(stored))
        var skipped: UInt32 = 0
        guard venule_h5_read_chunk(dataset, corner, &skipped, &bytes) >= 0 else {
            throw .library(objectPath, doing: "reading a chunk")
        }
        // The last filter was applied last.
        for (index, filter) in filters.enumerated().reversed() where skipped & (1 << UInt32(index)) == 0 {
            switch filter {
            case H5Z_FILTER_FLETCHER32: bytes.removeLast(min(Self.checksumBytes, bytes.count))
            case H5Z_FILTER_DEFLATE: bytes = try inflated(bytes, atMost: limit)
            default: break
            }
        }
    }

    private func inflated(_ bytes: [UInt8], atMost limit: Int) throws(HDF5Error) -> [UInt8] {
        var bytes = bytes
        // One more than there may be, so that going on is noticed.
        var result = [UInt8](repeating: 0, count: limit + 1)
        var stream = z_stream()
        guard venule_inflate_init(&stream) == Z_OK else { throw HDF5Error(.unsupported, objectPath, found: "no memory to decode a chunk") }
        defer { inflateEnd(&stream) }
        let capacity = result.count
        let code = bytes.withUnsafeMutableBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                return inflate(&stream, Z_FINISH)
            }
        }
        let count = capacity - Int(stream.avail_out)
        guard count <= limit else { throw beyond("more than \(limit) bytes") }
        guard code == Z_STREAM_END else { throw HDF5Error(.corrupt, objectPath, found: "damaged data (a chunk cannot be decoded)") }
        return Array(result[..<count])
    }

    private func beyond(_ found: String) -> HDF5Error {
        HDF5Error(.corrupt, objectPath, found: "a chunk of \(found)", expected: "the \(byteCount) that its shape takes")
    }
}
