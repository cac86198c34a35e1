/// How a chunk's records are compressed.
public enum Compression: Equatable, Sendable {
    case none
    /// LZ4 in its frame format.
    case lz4
    /// Zstandard; level 1 is fast, 3 the library's own default, 19 small.
    case zstd(level: Int32 = 1)

    /// The name that the format uses.
    public var name: String {
        switch self {
        case .none: ""
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }
}
