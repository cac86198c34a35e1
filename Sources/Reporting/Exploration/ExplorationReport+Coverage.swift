import Exploration
import Perturbation

extension ExplorationReport {
    static func coverage(_ coverage: Coverage) -> [(String, String)] {
        let faults = coverage.faults
        var pairs: [(String, String)] = []
        if !faults.isEmpty {
            let tried = faults.count(where: \.wasTried)
            pairs.append(
                ("faults", "\(tried) of \(faults.count) that could strike, by step and attempt"))
        }
        let ordered = coverage.pairs.count
        if ordered > 0 { pairs.append(("pairs", "\(ordered) ordered pairs of conflicting steps")) }
        return pairs
    }

    static func faultTable(_ coverage: Coverage) -> TextTable {
        var table = TextTable([
            ("fault", .left), ("in front of", .left), ("attempt", .left), ("struck", .left),
        ])
        for fault in coverage.faults {
            table.append([
                "\(fault.action)", fault.site,
                (fault.isAgain ? "again, " : "") + "\(fault.attempt)",
                fault.wasTried ? "yes" : "no",
            ])
        }
        return table
    }

    static func pairTable(_ coverage: Coverage) -> TextTable {
        var table = TextTable([("first", .left), ("then", .left)])
        for pair in coverage.pairs { table.append([pair.first, pair.then]) }
        return table
    }

    static func json(_ coverage: Coverage) -> JSONValue {
        .members([
            (
                "faults",
                .array(
                    coverage.faults.map { fault in
                        .members([
                            ("fault", .string("\(fault.action)")), ("step", .string(fault.site)),
                            ("attempt", .number(fault.attempt)), ("again", .bool(fault.isAgain)),
                            ("struck", .bool(fault.wasTried)),
                        ])
                    })
            ),
            (
                "pairs",
                .array(
                    coverage.pairs.map {
                        .members([("first", .string($0.first)), ("then", .string($0.then))])
                    })
            ),
        ])
    }
}

// MARK: What would have prevented it

extension ExplorationReport {
    var preventionTable: TextTable? {
        preventions.isEmpty ? nil : Self.prevented(preventions)
    }

    /// What was proven to prevent it, in words.
    var advice: String {
        let proven = preventions.filter { $0.underSameChoices == nil && $0.isProven == true }
        if proven.isEmpty { return "None of these is known to prevent it within the bounds.\n" }
        return "What would have prevented it, within the bounds:\n"
            + proven.map { prevention in
                "- \(prevention.words) (\(prevention.name))"
                    + (prevention.trustsLeases
                        ? ", while no lease ends before its holder is done\n" : "\n")
            }.joined()
    }

    /// Empty where nothing was tried.
    static func table(of preventions: [Prevention]) -> String {
        preventions.isEmpty ? "" : prevented(preventions).text
    }

    private static func prevented(_ preventions: [Prevention]) -> TextTable {
        var table = TextTable([
            ("instead", .left), ("under the same choices", .left), ("within the bounds", .left),
        ])
        for prevention in preventions {
            table.append([
                prevention.name,
                prevention.underSameChoices.map { "\($0)" } ?? "nothing found",
                words(prevention),
            ])
        }
        return table
    }

    private static func words(_ prevention: Prevention) -> String {
        switch prevention.isProven {
        case true? where prevention.trustsLeases: "complete, while no lease ends"
        case true?: "complete, no invariant broken"
        case false?: prevention.found.map { "found: \($0)" } ?? "found as well"
        case nil: "not brought to its end"
        }
    }
}
