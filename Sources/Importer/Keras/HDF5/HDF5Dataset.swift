import CHDF5

/// A dataset of numbers as the file declares it.
struct HDF5DatasetDescription: Hashable {
    var shape: [Int]
    /// The product of the shape.
    var elementCount: Int
    /// Bytes of one element as stored: 2, 4 or 8, of integers also 1.
    var storedElementBytes: Int
    /// Integers are counters of Keras, no weights: they are described but not read.
    var isInteger = false
}

extension HDF5File {
    /// Shape and type of a dataset of IEEE floats or of integers whose data is in the file and within the limits.
    func describe(at objectPath: String) throws(HDF5Error) -> HDF5DatasetDescription {
        switch try kind(at: objectPath) {
        case .dataset: break
        case nil: throw HDF5Error(.corrupt, objectPath, found: "nothing", expected: "a dataset")
        case .group: throw HDF5Error(.corrupt, objectPath, found: "a group", expected: "a dataset")
        case .other: throw HDF5Error(.corrupt, objectPath, found: "a named type", expected: "a dataset")
        }
        let dataset = try open(objectPath)
        let shape = try shape(of: dataset.id, at: objectPath)
        let element = try elementType(of: dataset.id, at: objectPath)
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard !overflow, product <= limits.tensorBytes / 4 else {
                throw HDF5Error(
                    .unsupported, objectPath, found: "a tensor of shape \(shapeText(shape))",
                    expected: "at most \(limits.tensorBytes / 4) elements")
            }
            count = product
        }
        let description = HDF5DatasetDescription(
            shape: shape, elementCount: count, storedElementBytes: element.bytes, isInteger: element.isInteger)
        try checkStorage(of: dataset.id, description, at: objectPath)
        return description
    }

    /// The elements in row-major order, converted by libhdf5 to float32.
    func floats(at objectPath: String) throws(HDF5Error) -> [Float] {
        let description = try describe(at: objectPath)
        guard !description.isInteger else {
            throw HDF5Error(
                .unsupported, objectPath, found: "elements that are no floats", expected: "float16, float32 or float64")
        }
        guard description.elementCount > 0 else { return [] }
        let dataset = try open(objectPath)
        try chunks(of: dataset.id, description, at: objectPath)?.check()
        var status: herr_t = -1
        let values = [Float](unsafeUninitializedCapacity: description.elementCount) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            status = venule_h5_read_floats(dataset.id, base)
            // What libhdf5 has not filled in must not be taken for initialised.
            count = status >= 0 ? description.elementCount : 0
        }
        guard status >= 0 else { throw .library(objectPath, doing: "reading the data") }
        return values
    }

    private func shape(of dataset: hid_t, at objectPath: String) throws(HDF5Error) -> [Int] {
        let space = try HDF5Handle(
            H5Dget_space(dataset), close: { H5Sclose($0) }, orThrow: .library(objectPath, doing: "reading the shape"))
        guard H5Sget_simple_extent_type(space.id) != H5S_NULL else { return [0] }
        let rank = H5Sget_simple_extent_ndims(space.id)
        guard rank >= 0, rank <= 32 else { throw .library(objectPath, doing: "reading the shape") }
        var sides = [hsize_t](repeating: 0, count: Int(rank))
        guard H5Sget_simple_extent_dims(space.id, &sides, nil) >= 0 else {
            throw .library(objectPath, doing: "reading the shape")
        }
        return sides.map { Int(clamping: $0) }
    }

    /// IEEE binary16, binary32 or binary64 of either byte order, or an integer of up to 8 bytes.
    private func elementType(of dataset: hid_t, at objectPath: String) throws(HDF5Error) -> (bytes: Int, isInteger: Bool) {
        let type = try HDF5Handle(
            H5Dget_type(dataset), close: { H5Tclose($0) }, orThrow: .library(objectPath, doing: "reading the type"))
        let accepted = "float16, float32 or float64"
        if H5Tget_class(type.id) == H5T_INTEGER, [1, 2, 4, 8].contains(H5Tget_size(type.id)) {
            return (H5Tget_size(type.id), true)
        }
        guard H5Tget_class(type.id) == H5T_FLOAT else {
            throw HDF5Error(.unsupported, objectPath, found: "elements that are no floats", expected: accepted)
        }
        var sign = 0
        var exponent = 0
        var exponentBits = 0
        var mantissa = 0
        var mantissaBits = 0
        let order = H5Tget_order(type.id)
        guard H5Tget_fields(type.id, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) >= 0,
            order == H5T_ORDER_LE || order == H5T_ORDER_BE
        else { throw .library(objectPath, doing: "reading the type") }
        let layout = [sign, exponent, exponentBits, mantissa, mantissaBits, H5Tget_ebias(type.id)]
        switch (H5Tget_size(type.id), layout) {
        case (2, [15, 10, 5, 0, 10, 15]): return (2, false)
        case (4, [31, 23, 8, 0, 23, 127]): return (4, false)
        case (8, [63, 52, 11, 0, 52, 1023]): return (8, false)
        case (let bytes, _):
            throw HDF5Error(
                .unsupported, objectPath, found: "floats of \(bytes) bytes in a layout of their own", expected: accepted)
        }
    }

    /// Refuses data that lies outside the file, and claims that the stored bytes cannot back.
    private func checkStorage(
        of dataset: hid_t, _ description: HDF5DatasetDescription, at objectPath: String
    ) throws(HDF5Error) {
        let list = try HDF5Handle(
            H5Dget_create_plist(dataset), close: { H5Pclose($0) },
            orThrow: .library(objectPath, doing: "reading how the data is stored"))
        let layout = H5Pget_layout(list.id)
        guard H5Pget_external_count(list.id) == 0, layout != H5D_VIRTUAL else {
            throw HDF5Error(.unsupported, objectPath, found: "data in other files", expected: "data in the file itself")
        }
        var elementsPerByte = 1
        if layout == H5D_CHUNKED {
            var sides = [hsize_t](repeating: 0, count: 32)
            let rank = H5Pget_chunk(list.id, 32, &sides)
            let chunk = sides.prefix(Int(max(rank, 0))).reduce(Double(description.storedElementBytes)) { $0 * Double($1) }
            guard rank > 0, chunk <= Double(limits.chunkBytes) else {
                throw HDF5Error(
                    .unsupported, objectPath, found: "chunks of \(chunk) bytes", expected: "at most \(limits.chunkBytes)")
            }
            if H5Pget_nfilters(list.id) > 0 { elementsPerByte = limits.compressionRatio }
        }
        _ = try filters(list.id, at: objectPath)
        let stored = Double(H5Dget_storage_size(dataset)) * Double(elementsPerByte)
        let needed = Double(description.elementCount) * Double(description.storedElementBytes)
        guard stored >= needed else {
            throw HDF5Error(
                .corrupt, objectPath, found: "\(H5Dget_storage_size(dataset)) stored bytes",
                expected: "the \(Int(needed)) that shape \(shapeText(description.shape)) takes")
        }
    }

    /// The filters that chunks went through, in their order.
    private func filters(_ list: hid_t, at objectPath: String) throws(HDF5Error) -> [H5Z_filter_t] {
        var filters: [H5Z_filter_t] = []
        for index in 0..<max(0, H5Pget_nfilters(list)) {
            var flags: UInt32 = 0
            var configuration: UInt32 = 0
            var parameters = 0
            let filter = H5Pget_filter2(list, UInt32(index), &flags, &parameters, nil, 0, nil, &configuration)
            guard HDF5Chunks.accepted.contains(filter), H5Zfilter_avail(filter) > 0 else {
                throw HDF5Error(
                    .unsupported, objectPath, found: "a compression filter (number \(filter)) that is not read",
                    expected: "gzip, shuffle, fletcher32 or none")
            }
            filters.append(filter)
        }
        return filters
    }

    /// The chunks of a tensor that has been described; nil where it is stored in one piece.
    private func chunks(
        of dataset: hid_t, _ description: HDF5DatasetDescription, at objectPath: String
    ) throws(HDF5Error) -> HDF5Chunks? {
        let list = try HDF5Handle(
            H5Dget_create_plist(dataset), close: { H5Pclose($0) },
            orThrow: .library(objectPath, doing: "reading how the data is stored"))
        guard H5Pget_layout(list.id) == H5D_CHUNKED else { return nil }
        var sides = [hsize_t](repeating: 0, count: 32)
        let rank = Int(H5Pget_chunk(list.id, 32, &sides))
        guard rank == description.shape.count, sides.prefix(rank).allSatisfy({ $0 > 0 }) else {
            throw HDF5Error(.corrupt, objectPath, found: "chunks of another rank than the tensor's \(description.shape.count)")
        }
        return HDF5Chunks(
            dataset: dataset, filters: try filters(list.id, at: objectPath), sides: Array(sides.prefix(rank)), description,
            at: objectPath)
    }
}

/// `3x3x8x16`, and `()` for a scalar.
func shapeText(_ shape: [Int]) -> String {
    shape.isEmpty ? "()" : shape.map(String.init).joined(separator: "x")
}
