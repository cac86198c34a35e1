/// What would make a decision depend on anything but its inputs.
private let impure = [
    "Date(", "Date.now", "ContinuousClock", "SuspendingClock", "DispatchTime", "DispatchWallTime",
    "clock_gettime", "gettimeofday", "mach_absolute_time", "time(nil",
    "SystemRandomNumberGenerator", "UUID(", ".random(in:", ".randomElement(", ".shuffled(",
    ".shuffle()", ".shuffle(using:", "arc4random", "getentropy", "getrandom", "drand48", "rand(",
    "Hasher", "hashValue",
]

private let pureTargets: Set<String> = [
    "Checking", "Exploration", "Masking", "Perturbation", "Simulation",
]

/// Clocks, random numbers of the system and anything with an order of its own in pure targets.
func purityFindings(_ file: SourceFile) -> [Finding] {
    guard file.isIn("Sources"), let target = file.target, pureTargets.contains(target) else {
        return []
    }
    let impurities = impure.flatMap { word in
        lines(of: word, in: file.code).map {
            Finding(file.path, $0, "\(target) is pure: \(word) is not a function of its inputs")
        }
    }
    return impurities + unorderedFindings(file)
}

/// Walks over dictionaries and sets, whose order differs from run to run, unless sorted in that
/// line. It knows a collection by its declaration in the same file, so it finds most, not all.
private func unorderedFindings(_ file: SourceFile) -> [Finding] {
    let lines = file.codeLines
    var names: Set<Substring> = []
    for line in lines where ["Set", "Dictionary", "["].contains(where: line.contains) {
        for match in line.matches(of: declaration) { names.insert(match.output.1) }
    }
    return lines.enumerated().flatMap { index, line -> [Finding] in
        guard names.contains(where: line.contains), !line.contains(".sorted") else { return [] }
        let walked = line.matches(of: loop).map(\.output.1) + line.matches(of: use).map(\.output.1)
        return walked.filter(names.contains).map {
            Finding(
                file.path, index + 1, "the order of \($0) differs from run to run: sort it first")
        }
    }
}

// Patterns are values that hold no state, but Regex is not Sendable: each use makes its own.

/// `name: Set<…>`, `name: [K: V]`, `name = Set(…)`, `name = [:]`, `name = [K: V]()` and the like.
private var declaration: Regex<(Substring, Substring)> {
    /(\w+)\s*(?::\s*(?:inout\s+|borrowing\s+)?(?:Set<|Dictionary<|\[(?!\()[^\[\]]+:\s)|=\s*(?:Set[<(]|Dictionary[<(]|\[:\]|\[[^\[\]]+:\s[^\[\]]+\]\())/
}

/// `for … in name {`, also with `where`.
private var loop: Regex<(Substring, Substring)> {
    /\bin\s+(?:self\.)?(\w+)(?:\.keys|\.values|\.enumerated\(\))?\s*(?:\{|where\b)/
}

/// Members whose result shows the order.
private var use: Regex<(Substring, Substring)> {
    /(\w+)\.(?:(?:keys|values)(?:\.(?:map|compactMap|flatMap|forEach|first|reduce)\b|\s*\))|(?:map|compactMap|flatMap|forEach|first|reduce|popFirst|enumerated|joined)\b)/
}
