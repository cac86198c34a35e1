/// Bytes and records as people read them, in one line.
enum RecordText {
    static let most = 120

    /// Text in quotes (JSON as it is), other bytes in hexadecimal; cut where it is long.
    static func shown(_ bytes: [UInt8]?, most: Int = most) -> String {
        guard let bytes else { return "null" }
        guard let text = String(validating: bytes, as: UTF8.self), isPlain(text) else {
            let digits = bytes.prefix(most / 2).map { byte in
                String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            return "0x" + digits.joined() + (bytes.count > most / 2 ? "…" : "")
        }
        let cut = text.count > most ? text.prefix(most) + "…" : Substring(text)
        if bytes.first == UInt8(ascii: "{") || bytes.first == UInt8(ascii: "[") {
            return String(cut)
        }
        return JSONText.quoted(cut)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 || $0 == "\n" || $0 == "\t" || $0 == "\r"
        }
    }

    /// `payments/0@12  {"amount":5}`, with the key where it has one.
    static func record(_ index: Int, of records: ObservedRecords, most: Int = most) -> String {
        let key = records.key(of: index).map { " key \(shown($0))" } ?? ""
        return "\(records.name(of: index))\(key): \(shown(records.value(of: index), most: most))"
    }
}
