/// The record behind the last data.
public struct DataEnd: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.dataEnd

    /// CRC-32 of the file from its first byte to this record; 0 where nobody computed it.
    public var dataCRC: UInt32

    public init(dataCRC: UInt32) {
        self.dataCRC = dataCRC
    }

    func put(into buffer: inout ByteBuffer) {
        buffer.put(dataCRC)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        dataCRC = try fields.number()
    }
}
