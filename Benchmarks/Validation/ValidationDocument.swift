import Foundation

/// docs/validation.md: what every row came to at full length, those run now in place of what they came to before.
public struct ValidationDocument {
    /// Lines of the table by the row that they are of, and how long a row took, in seconds of processor time.
    private var lines: [Key: [String]] = [:]
    private var seconds: [Key: Double] = [:]
    private let rows: [OracleRow]

    /// A row by its name and its case.
    private struct Key: Hashable {
        let id: String
        let title: String
    }

    private static let head =
        "| row | case | figure | closed form | ours | verdict |\n|---|---|---|---|---|---|"

    /// - Parameters:
    ///   - text: the document as it is; empty where there is none. Rows that are not among `rows` any more are gone.
    public init(_ text: String, rows: [OracleRow]) {
        self.rows = Self.sorted(rows)
        let known = Set(rows.map { Key(id: $0.id, title: $0.title) })
        for line in text.split(separator: "\n").map(String.init) where line.hasPrefix("| ") {
            let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
            guard cells.count > 2 else { continue }
            let key = Key(id: cells[0], title: cells[1])
            guard known.contains(key) else { continue }
            if cells.count == 6 { lines[key, default: []].append(line) }
            if cells.count == 3 { seconds[key] = Double(cells[2]) }
        }
    }

    /// By the letters of their names as they come, then by number; cases as they stand.
    private static func sorted(_ rows: [OracleRow]) -> [OracleRow] {
        func letters(_ row: OracleRow) -> Substring { row.id.prefix { $0.isLetter } }
        var kinds: [Substring] = []
        for row in rows where !kinds.contains(letters(row)) { kinds.append(letters(row)) }
        return rows.enumerated().sorted { left, right in
            func rank(_ entry: (offset: Int, element: OracleRow)) -> (Int, Int, Int) {
                let kind = letters(entry.element)
                let number = Int(entry.element.id.dropFirst(kind.count)) ?? 0
                return (kinds.firstIndex(of: kind) ?? 0, number, entry.offset)
            }
            return rank(left) < rank(right)
        }.map(\.element)
    }

    /// What a row came to now.
    public mutating func put(_ row: OracleRow, _ verdicts: [OracleRow.Verdict], seconds: Double) {
        let key = Key(id: row.id, title: row.title)
        lines[key] = verdicts.map { $0.line(of: row) }
        self.seconds[key] = seconds
    }

    public var text: String {
        let all = rows.flatMap { lines[Key(id: $0.id, title: $0.title)] ?? [] }
        let missed = all.count { $0.hasSuffix("| MISSED |") }
        let missing = rows.filter { lines[Key(id: $0.id, title: $0.title)] == nil }
        var text = Self.introduction + "\n"
        text += Self.head + "\n" + all.map { $0 + "\n" }.joined()
        text += "\n\(all.count) figures, \(missed) missed.\n"
        if !missing.isEmpty {
            text += "\nNot yet run at full length:\n\n"
            text += missing.map { "- \($0.id), \($0.title)\n" }.joined()
        }
        return text + costs
    }

    /// How long rows took whose time is known.
    private var costs: String {
        let known = rows.compactMap { row -> (OracleRow, Double)? in
            seconds[Key(id: row.id, title: row.title)].map { (row, $0) }
        }
        guard !known.isEmpty else { return "" }
        let whole = known.reduce(0) { $0 + $1.1 } / 60
        var text = "\n## How long it takes\n\n"
        text += "Processor time of the rows that were timed, 20 seeds each, in seconds; "
        text +=
            "\(String(format: "%.1f", whole)) minutes in all, to be divided by the number of cores.\n\n"
        text += "| row | case | seconds |\n|---|---|---|\n"
        for (row, seconds) in known {
            text += "| \(row.id) | \(row.title) | \(String(format: "%.1f", seconds)) |\n"
        }
        return text
    }

    private static let introduction = """
        # Validation: does the simulation agree with mathematics?

        `scripts/validate` makes this file: every row is a topology that runs through the code that runs a user's, with
        20 seeds, the first tenth of the messages discarded. A figure holds where the closed form lies in the 99%
        interval of the seeds' means (Student's t, 19 degrees of freedom) and that interval is narrow: at most 1% of
        the value, 2% for rare events and tails. Rows of counting hold where all seeds are equal to the value.
        `scripts/validate Q4 C7` runs those rows alone and puts them in place of what they came to before.
        `Tests/SimulationTests/OracleTests.swift` holds shorter runs against most rows with every change.

        """
}

extension OracleRow.Verdict {
    /// A line of the table.
    public func line(of row: OracleRow) -> String {
        "| \(row.id) | \(row.title) | \(check.name) | \(due) | \(Self.number(mean)) +- "
            + "\(Self.number(halfWidth)) | \(passes ? "holds" : "MISSED") |"
    }

    private var due: String {
        if case .more = check.tolerance { return "> \(Self.number(check.value))" }
        return Self.number(check.value)
    }

    private static func number(_ value: Double) -> String { String(format: "%.5g", value) }
}
