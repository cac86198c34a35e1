internal import CRdkafka
import Records

/// The headers of one record that is to be produced, in the library's own form.
///
/// They are built right before the record is queued. Keeping those of the consumed message while a
/// record waits saves instructions and costs more time: the library's small pieces of many records
/// lie about in memory, and each is far away by the time it is sent.
public struct HeaderList: ~Copyable {
    /// nil where there is none.
    private(set) var pointer: OpaquePointer?

    /// No headers.
    public init() {}

    /// The headers of a record of a block; `bytes` are those of `withUnsafeBytes`.
    @inline(__always)
    public init(of entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) {
        self.init()
        if entry.headerCount == 0 { return }
        reserve(Int(entry.headerCount))
        RecordBlock.forEachHeader(of: entry, in: bytes) { name, value in
            add(name: name, value: value)
        }
    }

    public init(_ headers: [Header]) {
        self.init()
        if headers.isEmpty { return }
        reserve(headers.count)
        for header in headers {
            header.name.withUnsafeBytes { name in
                guard let value = header.value else { return add(name: name, value: nil) }
                value.withUnsafeBytes { add(name: name, value: $0) }
            }
        }
    }

    deinit {
        if let pointer { rd_kafka_headers_destroy(pointer) }
    }

    private mutating func reserve(_ count: Int) { pointer = rd_kafka_headers_new(count) }

    /// Adds a header behind those that are there. A value of nil is null.
    private func add(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        rd_kafka_header_add(
            pointer, name.present.assumingMemoryBound(to: CChar.self), name.count, value?.present,
            value?.count ?? 0)
    }

    /// They are a queued message's now.
    consuming func handOver() { discard self }
}

extension UnsafeRawBufferPointer {
    /// Never nil, also for no bytes: the library takes NULL for null.
    var present: UnsafeRawPointer { kerfuffle_present(baseAddress) }
}
