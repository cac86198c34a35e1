/// Why reading cannot go on, inside the module; at its border it becomes a ``Damage`` with its place.
struct Fault: Error {
    enum Cause {
        case damage(Damage.Kind)
        case failed(MCAPError)
    }

    var cause: Cause
    var reason: String
    /// Where, if not at the record that is being read.
    var byte: UInt64?

    init(_ kind: Damage.Kind, _ reason: String, byte: UInt64? = nil) {
        cause = .damage(kind)
        self.reason = reason
        self.byte = byte
    }

    init(_ error: MCAPError) {
        cause = .failed(error)
        reason = error.message
    }
}
