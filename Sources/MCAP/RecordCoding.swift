/// A record that is written and read field by field.
protocol CodedRecord {
    static var opcode: Opcode { get }
    func put(into buffer: inout ByteBuffer) throws(MCAPError)
    init(from fields: inout FieldReader) throws(Fault)
}

extension CodedRecord {
    /// Reads a record's content; bytes behind the last known field are a later version's and ignored.
    init(content: UnsafeRawBufferPointer) throws(Fault) {
        var fields = FieldReader(content)
        try self.init(from: &fields)
    }
}

extension ByteBuffer {
    /// Begins a record and answers where, for ``endRecord(at:)``.
    mutating func beginRecord(_ opcode: Opcode) -> Int {
        let start = count
        put(opcode.rawValue)
        put(UInt64(0))
        return start
    }

    /// Writes the length of the record that began at `start`.
    mutating func endRecord(at start: Int) {
        set(UInt64(count - start - Layout.recordHead), at: start + 1)
    }

    /// Appends a whole record, `padding` behind its last field.
    mutating func put(record: some CodedRecord, padding: [UInt8] = []) throws(MCAPError) {
        let start = beginRecord(type(of: record).opcode)
        do throws(MCAPError) {
            try record.put(into: &self)
        } catch {
            shrink(to: start)
            throw error
        }
        put(padding)
        endRecord(at: start)
    }
}
