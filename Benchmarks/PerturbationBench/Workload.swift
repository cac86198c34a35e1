import Perturbation
import Records

/// Records of one partition as the proxy meets them: 100 bytes of value, a key, one header; the bytes
/// stand elsewhere and are copied into the window's block.
struct Workload {
    static let source = TopicPartition("orders", 3)

    private let value = (0..<100).map { UInt8(32 + $0 % 90) }
    private let keys = (0..<1000).map { Array("customer-\(1000 + $0)".utf8) }
    private let headerName = Array("source".utf8)
    private let headerValue = Array("bench".utf8)

    /// Appends the record of an offset.
    @inline(__always)
    func append(_ offset: Offset, to block: inout RecordBlock) throws {
        let key = keys[Int(truncatingIfNeeded: offset &* 7919 % 1000)]
        try key.withUnsafeBytes { key in
            try value.withUnsafeBytes { value in
                try block.beginRecord(
                    RecordBlock.Fields(
                        offset: offset,
                        timestamp: Timestamp(.create, milliseconds: 1_700_000_000_000 + offset),
                        key: key, value: value, arrivalNs: 0))
            }
        }
        try headerName.withUnsafeBytes { name in
            try headerValue.withUnsafeBytes { value in
                try block.appendHeader(name: name, value: value)
            }
        }
        try block.endRecord()
    }
}
