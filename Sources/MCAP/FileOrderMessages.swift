/// Every message in the order of the file.
final class FileOrderMessages {
    private let scanner: DataScanner
    /// The chunk at hand and the place of its next record.
    private var records = UnsafeRawBufferPointer(start: nil, count: 0)
    private var position = 0

    init(_ source: any ByteSource, limits: ReadLimits) throws(MCAPError) {
        scanner = try DataScanner(source, .contents, limits: limits, computesCRC: true)
    }

    func next(
        _ message: inout MessageHeader, _ data: inout UnsafeRawBufferPointer
    ) throws(MCAPError) -> Bool {
        while true {
            // The scanner has checked that every record of the chunk is whole.
            while position < records.count, let base = records.baseAddress {
                let record = base + position
                let length = Int(
                    UInt64(
                        littleEndian: record.loadUnaligned(fromByteOffset: 1, as: UInt64.self)))
                position += Layout.recordHead + length
                if record.load(as: UInt8.self) == Opcode.message.rawValue {
                    message = MessageHeader(content: record + Layout.recordHead)
                    data = UnsafeRawBufferPointer(
                        start: record + Layout.recordHead + Layout.messageHead,
                        count: length - Layout.messageHead)
                    return true
                }
            }
            records = UnsafeRawBufferPointer(start: nil, count: 0)
            position = 0
            switch try scanner.next() {
            case .chunk(let contents):
                records = contents
            case .message(let header, let bytes):
                message = header
                data = bytes
                return true
            case nil:
                return false
            default:
                break
            }
        }
    }

    func channel(_ id: UInt16) -> Channel? { scanner.contents.definitions.channels[id] }
    var recordStart: UInt64 { scanner.place.start }
    var ending: Ending? { scanner.ending }
}
