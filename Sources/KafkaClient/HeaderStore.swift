internal import CRdkafka
import Records

/// Headers of records in the library's own form, one entry a record (or none), kept beside a
/// `RecordBlock`: taken from consumed messages and handed to produced ones without being rebuilt.
///
/// Headers are a third of the instructions of a record's way through the client library; taking them
/// over as they are is the cheapest way and the only one that keeps a NUL byte within a name. The
/// store owns what it holds and frees it with ``removeAll()`` or its own end.
public final class HeaderStore {
    private struct State {
        var handles: UnsafeMutablePointer<OpaquePointer?>
        var capacity: Int
        var count = 0
    }

    /// Behind a pointer: properties of the object would be checked for exclusive access at every
    /// record, a twentieth of what the library itself does for one.
    private let state: UnsafeMutablePointer<State>

    public init(reserving capacity: Int = 64) {
        let capacity = max(1, capacity)
        state = .allocate(capacity: 1)
        state.initialize(to: State(handles: .allocate(capacity: capacity), capacity: capacity))
    }

    deinit {
        removeAll()
        state.pointee.handles.deallocate()
        state.deallocate()
    }

    public var count: Int { state.pointee.count }

    /// Takes the headers out of the message; it has none afterwards.
    public func append(detaching message: borrowing ConsumedMessage) {
        var headers: OpaquePointer?
        if rd_kafka_message_detach_headers(message.pointer, &headers)
            != RD_KAFKA_RESP_ERR_NO_ERROR
        {
            headers = nil
        }
        append(owning: headers)
    }

    /// An entry without headers; ``add(name:value:at:)`` may follow.
    public func appendNone() { append(owning: nil) }

    /// Builds the headers of a record of a block; `bytes` are those of `withUnsafeBytes`.
    public func append(copying entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) {
        appendNone()
        RecordBlock.forEachHeader(of: entry, in: bytes) { name, value in
            add(name: name, value: value, at: count - 1)
        }
    }

    /// Adds a header behind those that the entry has. nil is a null value.
    public func add(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?, at index: Int) {
        let headers = handle(at: index) ?? rd_kafka_headers_new(4)
        state.pointee.handles[index] = headers
        rd_kafka_header_add(
            headers, name.present.assumingMemoryBound(to: CChar.self), name.count,
            value?.present, value?.count ?? 0)
    }

    /// Frees all entries and keeps the room.
    public func removeAll() {
        for index in 0..<count {
            if let headers = state.pointee.handles[index] { rd_kafka_headers_destroy(headers) }
        }
        state.pointee.count = 0
    }

    /// What the entry holds now, still owned by the store.
    @inline(__always)
    func handle(at index: Int) -> OpaquePointer? {
        precondition(index < count, "no entry \(index) among \(count)")
        return state.pointee.handles[index]
    }

    /// The entry was taken over by a message.
    @inline(__always)
    func release(at index: Int) { state.pointee.handles[index] = nil }

    @inline(__always)
    func append(owning headers: OpaquePointer?) {
        if count == state.pointee.capacity { grow() }
        (state.pointee.handles + count).initialize(to: headers)
        state.pointee.count += 1
    }

    private func grow() {
        let wider = UnsafeMutablePointer<OpaquePointer?>.allocate(
            capacity: state.pointee.capacity * 2)
        wider.moveInitialize(from: state.pointee.handles, count: count)
        state.pointee.handles.deallocate()
        state.pointee.handles = wider
        state.pointee.capacity *= 2
    }
}

extension UnsafeRawBufferPointer {
    /// Never nil, also for no bytes: the library takes NULL for null.
    var present: UnsafeRawPointer { kerfuffle_present(baseAddress) }
}
