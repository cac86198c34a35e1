/// A value that is handed to another thread and used there alone.
struct Lent<Value>: Sendable {
    nonisolated(unsafe) let value: Value
    init(_ value: Value) { self.value = value }
}
