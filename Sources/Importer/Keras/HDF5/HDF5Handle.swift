import CHDF5

/// One identifier of libhdf5, closed when the handle's life ends.
struct HDF5Handle: ~Copyable {
    let id: hid_t
    private let close: @Sendable (hid_t) -> herr_t

    /// Takes over an identifier that libhdf5 has just returned; a negative one means that the call failed.
    init(
        _ id: hid_t, close: @escaping @Sendable (hid_t) -> herr_t, orThrow error: @autoclosure () -> HDF5Error
    ) throws(HDF5Error) {
        guard id >= 0 else { throw error() }
        self.id = id
        self.close = close
    }

    deinit { _ = close(id) }
}
