/// The messages of the chunks that a query selects, by way of the index.
///
/// A chunk is opened when its first log time comes up (in file order: when the one before is done), so
/// that only chunks whose times overlap are in memory together. What of those would go beyond
/// ``ReadLimits/overlapBytes`` is decompressed again when its turn comes.
final class IndexedMessages {
    /// A chunk, or a run of messages outside of chunks.
    private struct Extent {
        var start: UInt64
        var length: UInt64
        var startTimeNs: UInt64
        var chunk: ChunkIndex?
    }

    private struct Entry {
        var logTimeNs: UInt64
        var offset: Int
    }

    /// Where an extent's next message belongs among all.
    private struct Key: Comparable {
        var logTimeNs: UInt64
        var start: UInt64

        static func < (one: Key, other: Key) -> Bool {
            (one.logTimeNs, one.start) < (other.logTimeNs, other.start)
        }
    }

    /// Memory that goes from chunk to chunk.
    private final class Slab {
        var bytes = ByteBuffer()
    }

    /// An extent that is being read.
    private final class Active {
        let extent: Extent
        var entries: [Entry] = []
        var next = 0
        var slab: Slab?

        init(_ extent: Extent) { self.extent = extent }

        var key: Key { Key(logTimeNs: entries[next].logTimeNs, start: extent.start) }
    }

    private let reader: MCAPReader
    private let index: FileIndex
    private let query: MessageQuery
    private var definitions: Definitions
    private var loader = ChunkContents()
    /// What is still to be opened, the next one last.
    private var waiting: [Extent]
    /// All that is open but the current one; the smallest key first, as a binary heap.
    private var heap: [Active] = []
    private var current: Active?
    /// The key at which another extent than the current one has its turn.
    private var turn: Key?
    private var spare: [Slab] = []
    private(set) var ending: Ending?
    private var failure: MCAPError?

    init(_ reader: MCAPReader, _ index: FileIndex, _ query: MessageQuery) {
        self.reader = reader
        self.index = index
        self.query = query
        definitions = index.definitions
        var extents: [Extent] = []
        for chunk in index.chunks where Self.selects(query, chunk) {
            extents.append(
                Extent(
                    start: chunk.chunkStart, length: chunk.chunkLength,
                    startTimeNs: chunk.messageStartTimeNs, chunk: chunk))
        }
        for run in index.runs
        where run.endTimeNs >= query.logTimesNs.lowerBound
            && run.startTimeNs <= query.logTimesNs.upperBound
            && run.start + run.length > query.firstByte
        {
            extents.append(
                Extent(start: run.start, length: run.length, startTimeNs: run.startTimeNs))
        }
        switch query.order {
        case .file:
            waiting = extents.sorted { $0.start > $1.start }
        case .logTime:
            waiting = extents.sorted {
                ($0.startTimeNs, $0.start) > ($1.startTimeNs, $1.start)
            }
        }
    }

    private static func selects(_ query: MessageQuery, _ chunk: ChunkIndex) -> Bool {
        guard chunk.chunkStart >= query.firstByte,
            chunk.messageEndTimeNs >= query.logTimesNs.lowerBound,
            chunk.messageStartTimeNs <= query.logTimesNs.upperBound
        else { return false }
        guard let channels = query.channelIDs, !chunk.messageIndexOffsets.isEmpty else {
            return true
        }
        return chunk.messageIndexOffsets.contains { channels.contains($0.channelID) }
    }

    func channel(_ id: UInt16) -> Channel? { definitions.channels[id] }
    var recordStart: UInt64 {
        guard let current else { return 0 }
        return current.extent.chunk == nil
            ? current.extent.start + UInt64(current.entries[current.next - 1].offset)
            : current.extent.start
    }

    func next(
        _ message: inout MessageHeader, _ data: inout UnsafeRawBufferPointer
    ) throws(MCAPError) -> Bool {
        if let failure { throw failure }
        if ending != nil { return false }
        do throws(MCAPError) {
            guard let active = try select() else {
                ending = index.ending
                if let damage = index.ending.damage { throw .damaged(damage) }
                return false
            }
            let slab = try slab(of: active)
            let record = slab.bytes.base + active.entries[active.next].offset
            active.next += 1
            let length = Int(
                UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 1, as: UInt64.self)))
            message = MessageHeader(content: record + Layout.recordHead)
            data = UnsafeRawBufferPointer(
                start: record + Layout.recordHead + Layout.messageHead,
                count: length - Layout.messageHead)
            return true
        } catch {
            failure = error
            ending = error.damage.map(Ending.damaged)
            throw error
        }
    }

    // MARK: Whose turn it is

    private func select() throws(MCAPError) -> Active? {
        while true {
            if let active = current {
                if active.next == active.entries.count {
                    if let slab = active.slab { spare.append(slab) }
                    current = nil
                } else if query.order == .file || turn == nil || active.key <= turn! {
                    return active
                } else {
                    push(active)
                    current = nil
                }
            }
            guard let next = waiting.last else {
                if heap.isEmpty { return nil }
                current = pop()
                setTurn()
                continue
            }
            let isDue: Bool =
                switch heap.first {
                case nil: true
                case let first?:
                    Key(logTimeNs: next.startTimeNs, start: next.start) < first.key
                }
            if isDue {
                waiting.removeLast()
                let opened = try open(next)
                if opened.entries.isEmpty {
                    if let slab = opened.slab { spare.append(slab) }
                } else if query.order == .file {
                    current = opened
                } else {
                    push(opened)
                }
            } else {
                current = pop()
                setTurn()
            }
        }
    }

    private func setTurn() {
        turn = heap.first?.key
        if let next = waiting.last {
            let key = Key(logTimeNs: next.startTimeNs, start: next.start)
            turn = turn.map { min($0, key) } ?? key
        }
    }

    private func push(_ active: Active) {
        heap.append(active)
        var child = heap.count - 1
        while child > 0, heap[child].key < heap[(child - 1) / 2].key {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func pop() -> Active {
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].key < heap[least].key {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    // MARK: Opening

    private func open(_ extent: Extent) throws(MCAPError) -> Active {
        let active = Active(extent)
        let slab = try slab(of: active)
        var isSorted = true
        var last: UInt64 = 0
        var walk = RecordWalk(slab.bytes.bytes)
        while let record = walk.next() {
            guard record.opcode == Opcode.message.rawValue else { continue }
            let header = MessageHeader(content: slab.bytes.base + record.content)
            guard query.takes(header) else { continue }
            active.entries.append(Entry(logTimeNs: header.logTimeNs, offset: record.start))
            isSorted = isSorted && header.logTimeNs >= last
            last = header.logTimeNs
        }
        if query.order == .logTime && !isSorted {
            active.entries.sort { ($0.logTimeNs, $0.offset) < ($1.logTimeNs, $1.offset) }
        }
        return active
    }

    /// The bytes of an extent, read and checked (again, where they had to make room).
    @inline(__always)
    private func slab(of active: Active) throws(MCAPError) -> Slab {
        if let slab = active.slab { return slab }
        return try load(active)
    }

    @inline(never)
    private func load(_ active: Active) throws(MCAPError) -> Slab {
        makeRoom()
        let slab = spare.popLast() ?? Slab()
        let extent = active.extent
        do throws(Fault) {
            var stream = try reader.stream(from: extent.start, length: extent.length)
            if let chunk = extent.chunk {
                loader.exchangeRecords(with: &slab.bytes)
                defer { loader.exchangeRecords(with: &slab.bytes) }
                try loader.load(chunk, from: &stream, &definitions, limits: reader.limits)
            } else {
                try read(extent, from: &stream, into: &slab.bytes)
            }
        } catch {
            throw try reader.damage(error, at: extent.start)
        }
        active.slab = slab
        return slab
    }

    private func read(
        _ run: Extent, from stream: inout RecordStream, into bytes: inout ByteBuffer
    ) throws(Fault) {
        bytes.removeAll()
        while let place = try stream.place() {
            let content = try stream.content(of: place, limits: reader.limits)
            guard place.opcode == Opcode.message.rawValue,
                content.count >= Layout.messageHead, let base = content.baseAddress,
                definitions.isKnown(MessageHeader(content: base).channelID)
            else {
                throw Fault(.changed, "no message of a known channel", byte: place.start)
            }
            bytes.put(
                UnsafeRawBufferPointer(start: base - Layout.recordHead, count: Int(place.length)))
            try stream.advance(place.length)
        }
    }

    /// Takes the memory of open extents that are not at hand, where all of it is too much.
    private func makeRoom() {
        var total: UInt64 = heap.reduce(0) { $0 + UInt64($1.slab?.bytes.count ?? 0) }
        guard total > reader.limits.overlapBytes else { return }
        for active in heap.reversed() {
            guard total > reader.limits.overlapBytes / 2, let slab = active.slab else { continue }
            total -= UInt64(slab.bytes.count)
            active.slab = nil
            spare.append(slab)
        }
        if spare.count > 4 { spare.removeLast(spare.count - 4) }
    }
}
