import CHDF5

/// An HDF5 file that is open for reading in this process, which a damaged file can crash. Identifiers of libhdf5 are used only
/// in this type and its extensions.
struct HDF5File: ~Copyable, HDF5Source {
    let path: String
    let limits: HDF5Limits
    let handle: HDF5Handle
    let linkAccess: HDF5Handle

    /// Throws when the file is truncated or not HDF5.
    init(path: String, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
        self.path = path
        self.limits = limits
        let file = try HDF5Handle(
            venule_h5_open(path), close: { H5Fclose($0) }, orThrow: .library("/", doing: "opening the file"))
        let access = try HDF5Handle(
            venule_h5_link_access(), close: { H5Pclose($0) }, orThrow: .library("/", doing: "preparing to follow links"))
        handle = file
        linkAccess = access
    }

    /// What is at a path; nil when one of the path's components is not there.
    ///
    /// Every component is looked at by itself, so that the message names the one that is missing or leads out of the file.
    func kind(at objectPath: String) throws(HDF5Error) -> HDF5ObjectKind? {
        if objectPath == "/" { return .group }
        guard !objectPath.utf8.contains(0) else { return nil }
        var prefix = ""
        for component in objectPath.split(separator: "/") where component != "." {
            prefix += "/\(component)"
            switch venule_h5_link_kind(handle.id, prefix, linkAccess.id) {
            case venule_h5_inner_link: break
            case venule_h5_external_link:
                throw HDF5Error(.unsupported, prefix, found: "a link to another file", expected: "data in the file itself")
            case venule_h5_unknown_link:
                throw HDF5Error(.unsupported, prefix, found: "a user-defined link", expected: "a hard or soft link")
            default: return nil
            }
        }
        // A soft link may lead nowhere or in circles, which libhdf5 reports as a failure to open.
        let id = H5Oopen(handle.id, objectPath, linkAccess.id)
        guard id >= 0 else { return nil }
        defer { H5Oclose(id) }
        switch H5Iget_type(id) {
        case H5I_GROUP: return .group
        case H5I_DATASET: return .dataset
        default: return .other
        }
    }

    /// Opens what is at a path, which the caller has looked at with `kind(at:)`.
    func open(_ objectPath: String) throws(HDF5Error) -> HDF5Handle {
        try HDF5Handle(
            H5Oopen(handle.id, objectPath, linkAccess.id), close: { H5Oclose($0) },
            orThrow: .library(objectPath, doing: "opening the object"))
    }

    /// Names of the links in a group, sorted; at most `limit` of them, for messages.
    func names(in group: String, limit: Int) -> [String] {
        guard let object = try? open(group) else { return [] }
        var info = H5G_info_t()
        guard H5Gget_info(object.id, &info) >= 0 else { return [] }
        return (0..<min(Int(clamping: info.nlinks), limit)).compactMap { index in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String? in
                guard let base = buffer.baseAddress else { return nil }
                let length = H5Lget_name_by_idx(
                    object.id, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), base, buffer.count, linkAccess.id)
                return length > 0 ? String(cString: base) : nil
            }
        }
    }
}
