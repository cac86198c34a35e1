import Configuration

extension ValueParser where Value == String {
    /// What Kafka takes for the name of a topic (`org.apache.kafka.common.internals.Topic`, 4.0).
    static var topicName: ValueParser {
        ValueParser(
            noun: "topic name",
            accepted: "write 1 to 249 of A-Z a-z 0-9 . _ -, and not . or .. alone"
        ) { text in
            let isLegal = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-".utf8.contains(byte)
                }
            }
            return isLegal && (1...249).contains(text.utf8.count) && text != "." && text != ".."
                ? text : nil
        }
    }
}
