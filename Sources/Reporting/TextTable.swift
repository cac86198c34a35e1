/// Rows of text in columns, for a terminal.
public struct TextTable {
    public enum Alignment: Hashable, Sendable {
        case left, right
    }

    let alignments: [Alignment]
    /// The titles first.
    private(set) var rows: [[String]]

    /// - Parameter columns: titles, and on which side their texts stand.
    public init(_ columns: [(title: String, Alignment)]) {
        alignments = columns.map(\.1)
        rows = [columns.map(\.title)]
    }

    public mutating func append(_ row: [String]) {
        rows.append(row)
    }

    /// Lines with two spaces between columns; none ends in a space.
    public var text: String {
        let widths = alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() where column < widths.count {
                if column > 0 { line += "  " }
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += alignments[column] == .left ? cell + space : space + cell
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// Names and what they are, one below the other.
    public static func pairs(_ pairs: [(String, String)]) -> String {
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { name, text in
            name + String(repeating: " ", count: width + 2 - name.count) + text + "\n"
        }.joined()
    }
}

/// A name of a topic or the like as it is shown to people: in quotes where it could be mistaken.
func shown(_ name: String) -> String {
    let isPlain =
        !name.isEmpty
        && name.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control && $0 != "\""
        }
    return isPlain ? name : "\"" + name.debugDescription.dropFirst().dropLast() + "\""
}

/// `1.5 s`, `250 ms`, `3 us`: three digits that count.
func shown(nanoseconds: UInt64) -> String {
    let units: [(UInt64, String)] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us")]
    for (size, name) in units where nanoseconds >= size {
        let thousandths = nanoseconds / (size / 1000)
        let fraction = String(thousandths % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return "\(thousandths / 1000).\(zeros)\(fraction) \(name)"
    }
    return "\(nanoseconds) ns"
}
