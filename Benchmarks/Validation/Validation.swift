import Configuration
import Foundation

/// Holds the simulation against every row and prints the table of docs/validation.md.
@main struct Validation {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let isReduced = words.contains("--reduced")
        let wanted = words.filter { !$0.hasPrefix("--") }
        let rows = (isReduced ? OracleRow.reduced : OracleRow.all).filter {
            wanted.isEmpty || wanted.contains($0.id)
        }
        var table =
            "| row | case | figure | closed form | ours | verdict |\n|---|---|---|---|---|---|\n"
        var missed = 0
        var count = 0
        let start = Date()
        for (index, row) in rows.enumerated() {
            for verdict in try row.verdicts(isReduced: isReduced) {
                count += 1
                if !verdict.passes { missed += 1 }
                table +=
                    "| \(row.id) | \(row.title) | \(verdict.check.name) | "
                    + "\(due(verdict.check)) | \(number(verdict.mean)) +- "
                    + "\(number(verdict.halfWidth)) | \(verdict.passes ? "holds" : "MISSED") |\n"
            }
            let seconds = Int(Date().timeIntervalSince(start))
            note("\(index + 1) of \(rows.count) rows, \(missed) figures missed, \(seconds) s")
        }
        print(table)
        print("\(count) figures, \(missed) missed.")
        exit(missed == 0 ? 0 : 1)
    }

    private static func due(_ check: OracleRow.Check) -> String {
        if case .more = check.tolerance { return "> \(number(check.value))" }
        return number(check.value)
    }

    private static func number(_ value: Double) -> String { String(format: "%.5g", value) }

    private static func note(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
