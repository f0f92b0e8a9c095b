@preconcurrency import CHDF5

/// Writes the HDF5 files that no well-meaning program writes. Every call must succeed: a failure is the test's.
struct HDF5Editor: ~Copyable {
    struct Failure: Error {
        var call: String
    }

    let file: hid_t

    init(creating path: String) throws {
        H5open()
        file = H5Fcreate(path, 2, 0, 0)
        try Self.check(file, "H5Fcreate")
    }

    init(changing path: String) throws {
        H5open()
        file = H5Fopen(path, 1, 0)
        try Self.check(file, "H5Fopen")
    }

    deinit { H5Fclose(file) }

    private static func check<Status: BinaryInteger>(_ status: Status, _ call: String) throws {
        guard status >= 0 else { throw Failure(call: call) }
    }

    func delete(_ path: String) throws { try Self.check(H5Ldelete(file, path, 0), "H5Ldelete") }

    func group(_ path: String) throws {
        let id = H5Gcreate2(file, path, 0, 0, 0)
        try Self.check(id, "H5Gcreate2")
        H5Gclose(id)
    }

    func softLink(_ path: String, to target: String) throws {
        try Self.check(H5Lcreate_soft(target, file, path, 0, 0), "H5Lcreate_soft")
    }

    func externalLink(_ path: String, to target: String, in other: String) throws {
        try Self.check(H5Lcreate_external(other, target, file, path, 0, 0), "H5Lcreate_external")
    }

    enum Storage {
        case contiguous
        case chunked([Int])
        /// Behind shuffle and fletcher32 too, where they are asked for.
        case deflated([Int], shuffled: Bool = false, summed: Bool = false)
        case external(file: String)
        /// A filter with a number that no library has.
        case unknownFilter
    }

    enum Element {
        case float32, float128, int32

        fileprivate var type: hid_t {
            switch self {
            case .float32: H5T_IEEE_F32LE_g
            case .float128: H5T_NATIVE_LDOUBLE_g
            case .int32: H5T_STD_I32LE_g
            }
        }
    }

    /// Creates a dataset, with the values when there are any.
    func dataset(
        _ path: String, shape: [Int], element: Element = .float32, storage: Storage = .contiguous, values: [Float] = []
    ) throws {
        let sides = shape.map { hsize_t($0) }
        let space = H5Screate_simple(Int32(shape.count), sides, nil)
        let list = H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g)
        defer {
            H5Pclose(list)
            H5Sclose(space)
        }
        switch storage {
        case .contiguous: break
        case .chunked(let chunk):
            try Self.check(H5Pset_chunk(list, Int32(chunk.count), chunk.map { hsize_t($0) }), "H5Pset_chunk")
        case .deflated(let chunk, let isShuffled, let isSummed):
            try Self.check(H5Pset_chunk(list, Int32(chunk.count), chunk.map { hsize_t($0) }), "H5Pset_chunk")
            if isShuffled { try Self.check(H5Pset_shuffle(list), "H5Pset_shuffle") }
            try Self.check(H5Pset_deflate(list, 9), "H5Pset_deflate")
            if isSummed { try Self.check(H5Pset_fletcher32(list), "H5Pset_fletcher32") }
        case .external(let other):
            let bytes = hsize_t(shape.reduce(4, *))
            try Self.check(H5Pset_external(list, other, 0, bytes), "H5Pset_external")
        case .unknownFilter:
            try Self.check(H5Pset_chunk(list, Int32(shape.count), sides), "H5Pset_chunk")
            try Self.check(H5Pset_filter(list, 32_700, 1, 0, nil), "H5Pset_filter")
        }
        let id = H5Dcreate2(file, path, element.type, space, 0, list, 0)
        try Self.check(id, "H5Dcreate2")
        defer { H5Dclose(id) }
        if !values.isEmpty {
            try Self.check(H5Dwrite(id, H5T_NATIVE_FLOAT_g, 0, 0, 0, values), "H5Dwrite")
        }
    }

    /// The first chunk of a dataset as it is stored.
    func firstChunk(of path: String, rank: Int) throws -> [UInt8] {
        let id = H5Dopen2(file, path, 0)
        try Self.check(id, "H5Dopen2")
        defer { H5Dclose(id) }
        let corner = [hsize_t](repeating: 0, count: rank)
        var count: hsize_t = 0
        try Self.check(H5Dget_chunk_storage_size(id, corner, &count), "H5Dget_chunk_storage_size")
        var bytes = [UInt8](repeating: 0, count: Int(count))
        var skipped: UInt32 = 0
        try Self.check(H5Dread_chunk(id, 0, corner, &skipped, &bytes), "H5Dread_chunk")
        return bytes
    }

    /// Stores a first chunk past all filters.
    func writeFirstChunk(of path: String, rank: Int, _ bytes: [UInt8]) throws {
        let id = H5Dopen2(file, path, 0)
        try Self.check(id, "H5Dopen2")
        defer { H5Dclose(id) }
        try Self.check(H5Dwrite_chunk(id, 0, 0, [hsize_t](repeating: 0, count: rank), bytes.count, bytes), "H5Dwrite_chunk")
    }

    /// A list of strings of one length, padded as told.
    func attribute(
        _ name: String, at path: String, strings: [String], length: Int, padding: H5T_str_t = H5T_STR_NULLPAD
    ) throws {
        let filler: UInt8 = padding == H5T_STR_SPACEPAD ? 0x20 : 0
        let bytes = strings.flatMap { string in
            (Array(string.utf8) + [UInt8](repeating: filler, count: length)).prefix(length)
        }
        try attribute(name, at: path, bytes: bytes, count: strings.count, length: length, padding: padding)
    }

    func attribute(
        _ name: String, at path: String, bytes: [UInt8], count: Int, length: Int, padding: H5T_str_t = H5T_STR_NULLPAD
    ) throws {
        let type = H5Tcopy(H5T_C_S1_g)
        H5Tset_size(type, length)
        H5Tset_strpad(type, padding)
        let sides = [hsize_t(count)]
        let space = H5Screate_simple(1, sides, nil)
        defer {
            H5Sclose(space)
            H5Tclose(type)
        }
        let object = H5Oopen(file, path, 0)
        try Self.check(object, "H5Oopen")
        defer { H5Oclose(object) }
        if H5Aexists(object, name) > 0 { H5Adelete(object, name) }
        let id = H5Acreate2(object, name, type, space, 0, 0)
        try Self.check(id, "H5Acreate2")
        defer { H5Aclose(id) }
        try Self.check(H5Awrite(id, type, bytes), "H5Awrite")
    }

    /// What h5py makes of an empty list: float64 of shape (0,).
    func emptyListAttribute(_ name: String, at path: String) throws {
        let sides: [hsize_t] = [0]
        let space = H5Screate_simple(1, sides, nil)
        defer { H5Sclose(space) }
        let object = H5Oopen(file, path, 0)
        try Self.check(object, "H5Oopen")
        defer { H5Oclose(object) }
        let id = H5Acreate2(object, name, H5T_IEEE_F64LE_g, space, 0, 0)
        try Self.check(id, "H5Acreate2")
        H5Aclose(id)
    }
}
