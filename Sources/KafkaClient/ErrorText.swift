/// The buffer in which the library explains a failure.
final class ErrorText {
    let capacity = 512
    let start: UnsafeMutablePointer<CChar>

    init() {
        start = .allocate(capacity: capacity)
        start.initialize(repeating: 0, count: capacity)
    }

    deinit { start.deallocate() }

    var text: String { String(cString: start) }
}
