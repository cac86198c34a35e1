/// What a run shows of itself: to its fingerprint, to who listens, to the chooser.
extension Simulator {
    /// Every touch of something shared goes through here.
    @inline(__always)
    mutating func touch(
        _ process: Int32, _ what: TraceEntry.What, _ footprint: Footprint, _ value: Int64,
        _ version: Int64 = 0
    ) {
        fingerprint.mix(footprint.packed ^ UInt64(bitPattern: value) << 8)
        if observer != nil { tell(process, what, footprint, value, version) }
    }

    @inline(__always)
    mutating func trace(_ process: Int32, _ what: TraceEntry.What, _ value: Int64 = 0) {
        if observer != nil { tell(process, what, nil, value, 0) }
    }

    @inline(never)
    private mutating func tell(
        _ process: Int32, _ what: TraceEntry.What, _ footprint: Footprint?, _ value: Int64,
        _ version: Int64
    ) {
        let row = processes[process]
        let message = row.message >= 0 ? messages[row.message] : Message(number: -1)
        observer?(
            TraceEntry(
                timeNs: now, what: what, actor: process, unit: row.unit, message: message.number,
                key: message.key, attempt: row.attempt & Self.attemptBits,
                footprint: footprint, value: value,
                version: version))
    }

    /// What is said of a node, or of a store or service that a fault struck (node -1).
    mutating func traceFault(_ what: TraceEntry.What, _ unit: Int, _ node: Int32, _ value: Int64) {
        observer?(
            TraceEntry(
                timeNs: now, what: what, actor: -1, unit: Int32(unit), message: -1, key: 0,
                attempt: 0, footprint: nil, value: value, version: Int64(node)))
    }

    /// What is said of a message where no process acts.
    mutating func traceMessage(_ message: Int32, _ what: TraceEntry.What, _ value: Int64 = 0) {
        guard let observer else { return }
        let row = messages[message]
        observer(
            TraceEntry(
                timeNs: now, what: what, actor: -1, unit: -1, message: row.number, key: row.key,
                attempt: row.attempts, footprint: nil, value: value, version: 0))
    }

    @inline(__always)
    mutating func choose(
        _ kind: Choice.Kind, _ site: Int32, _ process: Int32, _ arity: Int, drawn: Int32 = 0
    ) -> Int {
        let index = asked[process]
        asked[process] = index &+ 1
        let value = choices.choose(
            Choice(
                kind: kind, site: site, actor: process, index: index,
                arity: Int32(truncatingIfNeeded: arity), value: drawn))
        // An order that nobody asks for is the default: a chooser that is asked and takes it runs the same.
        if value != 0 || (kind != .message && kind != .worker) {
            fingerprint.mix(UInt64(UInt32(bitPattern: value)) | UInt64(kind.rawValue) << 32)
        }
        return Int(value)
    }
}
