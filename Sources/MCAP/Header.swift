/// The first record of a file.
public struct Header: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.header

    /// What readers may rely on beyond the format; empty for nothing.
    public var profile: String
    /// Who wrote the file: a name and a version, for people.
    public var library: String

    public init(profile: String = "", library: String = "") {
        self.profile = profile
        self.library = library
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        try buffer.put(profile)
        try buffer.put(library)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        profile = try fields.string()
        library = try fields.string()
    }
}
