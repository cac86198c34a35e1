/// A source's message, its copies, and all that was published of them: as long as anything knows one of them, what was
/// done of it may be done again.
extension Simulator {
    mutating func foundFamily(_ message: Int32) {
        roots.reach(Int(message))
        roots[message] = -1
    }

    /// A published message: its source's message is known as long as it is.
    mutating func joinFamily(_ message: Int32, of parent: Int32) {
        let first = messages[parent].origin
        let root = roots[first] >= 0 ? roots[first] : first
        roots.reach(Int(message))
        roots[message] = root
        messages[root].references += 1
    }

    /// Nothing knows a message, or a copy of it, any more.
    mutating func leaveFamily(_ message: Int32) {
        if roots[message] >= 0 {
            dropReference(roots[message])
        } else {
            onForget?(messages[message].number)
        }
    }
}
