import Perturbation
import Records

/// Records of one partition as the proxy meets them: 100 bytes of value, a key, one header; the bytes
/// lie in memory of others and are copied into the window's block.
final class Workload {
    static let source = TopicPartition("orders", 3)

    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 8)
    /// The one header of every record.
    private let headers = UnsafeMutableBufferPointer<RecordBlock.HeaderBytes>.allocate(capacity: 1)
    private static let valueBytes = 100
    private static let keyBytes = 13
    private static let keys = 1000

    init() {
        for index in memory.indices { memory[index] = UInt8(32 + index * 7 % 90) }
        headers.initializeElement(at: 0, to: .init(name: piece(0, 6), value: piece(6, 5)))
    }

    deinit {
        headers.deallocate()
        memory.deallocate()
    }

    private func piece(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[start..<start + count])
    }

    /// Appends the record of an offset.
    @inline(__always)
    func append(_ offset: Offset, to block: inout RecordBlock) throws {
        let number = Int(truncatingIfNeeded: offset &* 7919)
        let fields = RecordBlock.Fields(
            offset: offset,
            timestamp: Timestamp(.create, milliseconds: 1_700_000_000_000 + offset),
            key: piece(number % Self.keys * Self.keyBytes, Self.keyBytes),
            value: piece(number % 30_000, Self.valueBytes), arrivalNs: 0)
        try block.append(fields, headers: UnsafeBufferPointer(headers))
    }
}
