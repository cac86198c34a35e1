import Configuration
import Foundation

/// Holds the simulation against every row, or those that are named.
///
/// `--document FILE` puts what they come to into that file, after each row; else the table is printed.
/// `--reduced` runs the short lengths that tests run.
@main struct Validation {
    static func main() throws {
        var words = Array(CommandLine.arguments.dropFirst())
        var path: String?
        if let place = words.firstIndex(of: "--document"), place + 1 < words.count {
            path = words[place + 1]
            words.removeSubrange(place...place + 1)
        }
        let isReduced = words.contains("--reduced")
        if isReduced && path != nil {
            note("--reduced runs are no figures for a document; leave one of the two away")
            exit(64)
        }
        let wanted = words.filter { !$0.hasPrefix("--") }
        let known = Set(OracleRow.all.map(\.id))
        for word in wanted where !known.contains(word) {
            note("there is no row \(word); write one of \(known.sorted().joined(separator: ", "))")
            exit(64)
        }
        let rows = (isReduced ? OracleRow.reduced : OracleRow.all).filter {
            wanted.isEmpty || wanted.contains($0.id)
        }
        var (missed, count) = (0, 0)
        let start = Date()
        for (index, row) in rows.enumerated() {
            let before = clock()
            let verdicts = try row.verdicts(isReduced: isReduced)
            let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
            count += verdicts.count
            missed += verdicts.count { !$0.passes }
            if let path {
                // Another process may have put rows there meanwhile.
                let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                var document = ValidationDocument(text, rows: OracleRow.all)
                document.put(row, verdicts, seconds: seconds)
                try document.text.write(toFile: path, atomically: true, encoding: .utf8)
            } else {
                for verdict in verdicts { print(verdict.line(of: row)) }
            }
            let passed = Int(Date().timeIntervalSince(start))
            note("\(index + 1) of \(rows.count) rows, \(missed) figures missed, \(passed) s")
        }
        note("\(count) figures, \(missed) missed")
        exit(missed == 0 ? 0 : 1)
    }

    private static func note(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
