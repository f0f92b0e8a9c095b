#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One end of a socket, over which messages are sent. The length of each message comes before it.
struct HDF5Channel {
    let descriptor: Int32
    /// The longest wait for the other end; nil waits for ever.
    var seconds: Int?

    /// False when the other end is gone.
    func transmit(_ message: HDF5Message) -> Bool {
        var length = UInt64(message.bytes.count).littleEndian
        return withUnsafeBytes(of: &length) { transmit($0) } && message.bytes.withUnsafeBytes { transmit($0) }
    }

    func transmit(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        while sent < bytes.count {
            // Without a signal when nobody listens.
            let rest = bytes.baseAddress.map { $0 + sent }
            let count = send(descriptor, rest, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Nil when the other end is gone or silent, or when it announces more than `limit` bytes.
    func receive(atMost limit: Int) -> HDF5Message? {
        var length: UInt64 = 0
        guard withUnsafeMutableBytes(of: &length, { receive($0) }) else { return nil }
        guard let count = Int(exactly: UInt64(littleEndian: length)), count <= limit else { return nil }
        var complete = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            complete = receive(UnsafeMutableRawBufferPointer(buffer))
            filled = complete ? count : 0
        }
        return complete ? HDF5Message(bytes: bytes) : nil
    }

    /// Fills the buffer; false when that is not possible.
    func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        var filled = 0
        while filled < buffer.count {
            guard isReady() else { return false }
            let count = recv(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            filled += count
        }
        return true
    }

    private func isReady() -> Bool {
        guard let seconds else { return true }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&request, 1, Int32(clamping: seconds * 1000))
            if ready < 0 && errno == EINTR { continue }
            return ready > 0
        }
    }
}
