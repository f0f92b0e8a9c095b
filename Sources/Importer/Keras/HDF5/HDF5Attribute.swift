import CHDF5

extension HDF5File {
    /// The strings of an attribute, or nil when the object lacks it.
    ///
    /// Strings may have a fixed length (padded with zeros or spaces) or a variable one. An array without elements is an
    /// empty list whatever its type: h5py writes an empty list as float64 of shape (0,).
    func strings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]? {
        let object = try open(objectPath)
        guard H5Aexists(object.id, name) > 0 else { return nil }
        let attribute = try HDF5Handle(
            venule_h5_open_attribute(object.id, name), close: { H5Aclose($0) },
            orThrow: .library(objectPath, attribute: name, doing: "opening the attribute"))
        let space = try HDF5Handle(
            H5Aget_space(attribute.id), close: { H5Sclose($0) },
            orThrow: .library(objectPath, attribute: name, doing: "reading the attribute's shape"))
        let count = H5Sget_simple_extent_npoints(space.id)
        guard count >= 0, H5Sget_simple_extent_ndims(space.id) <= 1 else {
            throw HDF5Error(
                .corrupt, objectPath, attribute: name, found: "an array of several dimensions", expected: "a list of strings")
        }
        guard count > 0 else { return [] }
        let type = try HDF5Handle(
            H5Aget_type(attribute.id), close: { H5Tclose($0) },
            orThrow: .library(objectPath, attribute: name, doing: "reading the attribute's type"))
        guard H5Tget_class(type.id) == H5T_STRING else {
            throw HDF5Error(
                .corrupt, objectPath, attribute: name, found: "\(count) values that are no text", expected: "strings")
        }
        guard count <= limits.attributeStrings, H5Aget_storage_size(attribute.id) <= hsize_t(limits.attributeBytes) else {
            throw HDF5Error(
                .corrupt, objectPath, attribute: name, found: "\(count) strings",
                expected: "at most \(limits.attributeStrings) of \(limits.attributeBytes) bytes altogether")
        }
        let place = AttributePlace(object: objectPath, name: name, attribute: attribute.id, count: Int(count))
        return H5Tis_variable_str(type.id) > 0
            ? try variableStrings(place, type: type.id, space: space.id) : try fixedStrings(place, type: type.id)
    }
}

/// An open attribute and what to call it in messages.
private struct AttributePlace {
    var object: String
    var name: String
    var attribute: hid_t
    var count: Int

    func text(_ bytes: some Collection<UInt8>) throws(HDF5Error) -> String {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw HDF5Error(.corrupt, object, attribute: name, found: "bytes that are no UTF-8 text")
        }
        return text
    }
}

extension HDF5File {
    private func fixedStrings(_ place: AttributePlace, type: hid_t) throws(HDF5Error) -> [String] {
        let size = H5Tget_size(type)
        let (total, overflow) = size.multipliedReportingOverflow(by: place.count)
        guard size > 0, !overflow, total <= limits.attributeBytes else {
            throw HDF5Error(
                .corrupt, place.object, attribute: place.name, found: "\(place.count) strings of \(size) bytes",
                expected: "at most \(limits.attributeBytes) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: total)
        guard H5Aread(place.attribute, type, &bytes) >= 0 else {
            throw .library(place.object, attribute: place.name, doing: "reading the strings")
        }
        let padding = H5Tget_strpad(type)
        var strings: [String] = []
        for start in stride(from: 0, to: total, by: size) {
            var string = bytes[start..<(start + size)]
            if padding == H5T_STR_NULLTERM { string = string.prefix { $0 != 0 } }
            let filler: UInt8 = padding == H5T_STR_SPACEPAD ? 0x20 : 0
            while string.last == filler { string.removeLast() }
            strings.append(try place.text(string))
        }
        return strings
    }

    private func variableStrings(_ place: AttributePlace, type: hid_t, space: hid_t) throws(HDF5Error) -> [String] {
        let memoryType = try HDF5Handle(
            venule_h5_variable_string(H5Tget_cset(type)), close: { H5Tclose($0) },
            orThrow: .library(place.object, attribute: place.name, doing: "preparing to read strings"))
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: place.count)
        let status = H5Aread(place.attribute, memoryType.id, &pointers)
        defer { venule_h5_reclaim(memoryType.id, space, &pointers) }
        guard status >= 0 else {
            throw .library(place.object, attribute: place.name, doing: "reading the strings")
        }
        var strings: [String] = []
        var total = 0
        for pointer in pointers {
            let bytes = UnsafeBufferPointer(start: pointer, count: pointer.map { stringLength($0) } ?? 0)
            total += bytes.count
            guard total <= limits.attributeBytes else {
                throw HDF5Error(
                    .unsupported, place.object, attribute: place.name, found: "more than \(total - 1) bytes of text",
                    expected: "at most \(limits.attributeBytes)")
            }
            strings.append(try place.text(bytes.map { UInt8(bitPattern: $0) }))
        }
        return strings
    }
}

private func stringLength(_ pointer: UnsafePointer<CChar>) -> Int {
    var length = 0
    while pointer[length] != 0 { length += 1 }
    return length
}
