extension Node {
    /// The document as YAML: what is short on one line, else an entry a line. Comments are not kept.
    ///
    /// Read again it is the same tree, places apart.
    public var yaml: String {
        var text = ""
        write(&text, indent: 0)
        return text
    }

    private static let width = 100

    private func write(_ text: inout String, indent: Int) {
        let pad = String(repeating: " ", count: indent)
        switch content {
        case .mapping(let entries) where !entries.isEmpty:
            for entry in entries {
                text += pad + entry.key.plain + ":"
                entry.value.writeBehind(&text, indent: indent, used: entry.key.plain.count + 1)
            }
        case .sequence(let nodes) where !nodes.isEmpty:
            for node in nodes {
                text += pad + "-"
                node.writeBehind(&text, indent: indent, used: 1)
            }
        default: text += pad + (flow ?? plain) + "\n"
        }
    }

    /// Behind a key or a dash: on its line where there is room and it is no part of the document's own.
    private func writeBehind(_ text: inout String, indent: Int, used: Int) {
        if case .scalar = content {
            text += isNull ? "\n" : " \(plain)\n"
        } else if let flow, indent > 0 || !isMapping, indent + used + flow.count < Self.width {
            text += " \(flow)\n"
        } else {
            text += "\n"
            write(&text, indent: indent + 2)
        }
    }

    private var isMapping: Bool {
        if case .mapping(let entries) = content { !entries.isEmpty } else { false }
    }

    /// On one line, in brackets; nil where a plain text in it would end there too early.
    private var flow: String? {
        switch content {
        case .scalar(let text, quoted: let isQuoted):
            if !isQuoted && text.contains(where: { ",[]{}".contains($0) }) { return nil }
            return isNull ? "~" : plain
        case .sequence(let nodes):
            let all = nodes.compactMap(\.flow)
            return all.count == nodes.count ? "[\(all.joined(separator: ", "))]" : nil
        case .mapping(let entries):
            let all = entries.compactMap { entry in
                entry.value.flow.map { "\(entry.key.plain): \($0)" }
            }
            return all.count == entries.count ? "{\(all.joined(separator: ", "))}" : nil
        }
    }

    /// A scalar as it was written, in double quotes where it stood in any.
    private var plain: String {
        guard case .scalar(let text, quoted: let isQuoted) = content else { return flow ?? "" }
        guard isQuoted else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                let isControl = scalar.value < 0x20 || scalar.value == 0x7F
                quoted += isControl ? Self.escaped(scalar.value) : String(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
    }
}
