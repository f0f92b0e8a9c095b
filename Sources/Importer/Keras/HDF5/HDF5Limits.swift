/// Limits on what a file may ask for. Whatever claims more is refused before anything is allocated.
struct HDF5Limits: Hashable, Sendable {
    /// Bytes of one attribute, which for Keras is at most the model's description.
    var attributeBytes = 16 << 20
    /// Strings in one attribute.
    var attributeStrings = 100_000
    /// Bytes of one tensor as float32.
    var tensorBytes = 1 << 31
    var modelLayers = 10_000
    /// Problems after which a file is not looked at any further.
    var problems = 1_000
    var modelTensors = 50_000
    /// Bytes of all tensors of a model as float32.
    var modelBytes = 1 << 32
    /// Bytes of one chunk of a chunked tensor as stored; libhdf5 holds a chunk in memory to decode it.
    var chunkBytes = 256 << 20
    /// Memory that libhdf5 may take beyond what its process has at the start. It holds one tensor and one chunk at a time.
    var processBytes = 3 << 30
    /// Processor time that libhdf5 may take for a file, and the longest wait for an answer; more for a large one.
    var processSeconds = 30
    var bytesPerSecond = 16 << 20
    /// How much larger than its stored bytes a compressed tensor may be. Deflate reaches 1032.
    var compressionRatio = 1_100
}
