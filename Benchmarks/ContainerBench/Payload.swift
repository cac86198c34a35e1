/// The messages of the bench: some thousands of them, made once, used again and again.
struct Payload {
    enum Kind: String, CaseIterable {
        /// Text like that of events: the same words with other numbers.
        case text = "text of 100 bytes"
        case random = "random 100 bytes"
    }

    private static let length = 120
    private static let distinct = 1 << 14
    private var bytes: [UInt8] = []

    init(_ kind: Kind) {
        var state: UInt64 = 1
        func draw() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        for index in 0..<Self.distinct {
            // Key and fields of a record, 20 bytes, before its value of 100.
            var message = Array(
                "\u{8}\u{10}key-\(100_000 + draw() % 50_000)        ".utf8.prefix(20))
            switch kind {
            case .text:
                let text =
                    "{\"order\":\(draw() % 100_000),\"state\":\"paid\",\"amount\":\(draw() % 9999),"
                    + "\"customer\":\"c\(draw() % 5000)\",\"items\":[\(draw() % 500),\(index)]}"
                message += Array(text.utf8)
            case .random:
                while message.count < Self.length {
                    message.append(UInt8(truncatingIfNeeded: draw()))
                }
            }
            message += [UInt8](repeating: 32, count: max(0, Self.length - message.count))
            bytes += message.prefix(Self.length)
        }
    }

    func withMessage<Failure: Error>(
        _ index: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withUnsafeBufferPointer { all throws(Failure) in
            let start = index % Self.distinct * Self.length
            let message = UnsafeBufferPointer(rebasing: all[start..<start + Self.length])
            try body(UnsafeRawBufferPointer(message))
        }
    }
}
