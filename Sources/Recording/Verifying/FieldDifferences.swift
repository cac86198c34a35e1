import Records

/// In what a record differs from the delivery in whose place it stands, in words.
struct FieldDifferences: CustomStringConvertible {
    let description: String

    init(_ expected: Expectation, _ found: Record, kind: Timestamp.Kind) throws {
        let wanted = expected.piece.records.record(at: Int(expected.delivery.slot))
        var parts: [String] = []
        if wanted.key != found.key { parts.append("key: " + Self.text(wanted.key, found.key)) }
        let value = try expected.value()
        if value != found.value { parts.append("value: " + Self.text(value, found.value)) }
        if wanted.headers != found.headers {
            parts.append("headers: " + Self.text(wanted.headers, found.headers))
        }
        if kind != .logAppend, !expected.piece.untimed.contains(expected.delivery.slot),
            wanted.timestamp.milliseconds != found.timestamp.milliseconds
        {
            parts.append(
                "timestamp: \(found.timestamp.milliseconds) ms, not "
                    + "\(wanted.timestamp.milliseconds) ms")
        }
        description = parts.joined(separator: "; ")
    }

    private static func text(_ wanted: [UInt8]?, _ found: [UInt8]?) -> String {
        switch (wanted, found) {
        case (nil, let found?): "\(name(found)), not null"
        case (let wanted?, nil): "null, not \(name(wanted))"
        case (let wanted?, let found?):
            if wanted.count != found.count {
                "\(name(found)), not \(name(wanted))"
            } else {
                place(wanted, found)
            }
        case (nil, nil): "the same"
        }
    }

    private static func name(_ bytes: [UInt8]) -> String {
        switch bytes.count {
        case 0: "empty"
        case 1: "1 byte"
        default: "\(bytes.count) bytes"
        }
    }

    private static func place(_ wanted: [UInt8], _ found: [UInt8]) -> String {
        let differing = wanted.indices.filter { wanted[$0] != found[$0] }
        guard let first = differing.first else { return "the same" }
        let more = differing.count == 1 ? "" : ", and \(differing.count - 1) more"
        return "byte \(first) is \(hex(found[first])), not \(hex(wanted[first]))\(more)"
    }

    private static func hex(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func text(_ wanted: [Header], _ found: [Header]) -> String {
        if wanted.count != found.count {
            let kept = zip(wanted, found).prefix { $0 == $1 }.count
            if wanted.count == found.count + 1 {
                return "\(quoted(wanted[kept])) is not there"
            }
            if wanted.count + 1 == found.count {
                return "\(quoted(found[kept])) should not be there"
            }
            return "\(found.count) of them, not \(wanted.count)"
        }
        var left = wanted
        for header in found {
            if let index = left.firstIndex(of: header) { left.remove(at: index) }
        }
        if left.isEmpty { return "the same in another order" }
        guard let index = wanted.indices.first(where: { wanted[$0] != found[$0] }) else {
            return "the same"
        }
        if wanted[index].name != found[index].name {
            return "number \(index + 1) is \(quoted(found[index])), not \(quoted(wanted[index]))"
        }
        return "\(quoted(wanted[index])): " + text(wanted[index].value, found[index].value)
    }

    private static func quoted(_ header: Header) -> String {
        "\"\(String(decoding: header.name, as: UTF8.self))\""
    }
}
