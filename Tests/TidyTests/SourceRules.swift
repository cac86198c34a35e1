private let longestFile = 400

/// Calls that end the program on data, and notes of unfinished work.
private let traps = ["fatalError(", "try!", "as!"]
private let notes = ["TODO", "FIXME"]

/// Files of Sources that are too long, trap, or are not finished.
func sourceFindings(_ file: SourceFile) -> [Finding] {
    guard file.isIn("Sources") else { return [] }
    var findings: [Finding] = []
    let count = file.textLines.count - (file.text.hasSuffix("\n") ? 1 : 0)
    if count > longestFile {
        findings.append(
            Finding(file.path, count, "\(count) lines, where \(longestFile) is the most"))
    }
    for word in traps {
        findings += lines(of: word, in: file.code).map {
            Finding(file.path, $0, "\(word) ends the program: throw instead")
        }
    }
    for word in notes {
        findings += lines(of: word, in: file.text).map {
            Finding(file.path, $0, "\(word): finish it, or file an issue")
        }
    }
    return findings
}

/// Targets that have no source, or tests without a test.
func emptyTargetFindings(_ files: [SourceFile], folders: [String]) -> [Finding] {
    folders.compactMap { folder in
        let own = files.filter { $0.path.hasPrefix(folder + "/") }
        if folder.hasPrefix("Tests/") {
            // Others are no test targets: they hold what the tests run.
            guard folder.hasSuffix("Tests") else { return nil }
            let hasTest = own.contains { !lines(of: "@Test", in: $0.code).isEmpty }
            return hasTest ? nil : Finding(folder, 1, "a test target without a test")
        }
        let endings = folder.hasPrefix("Sources/System/") ? [".modulemap"] : [".swift", ".c"]
        let hasSource = own.contains { file in endings.contains { file.path.hasSuffix($0) } }
        return hasSource ? nil : Finding(folder, 1, "a target without a source")
    }
}

/// What Package.swift must not hold: it is built where no package can be fetched.
func packageFindings(_ file: SourceFile) -> [Finding] {
    guard file.path == "Package.swift" else { return [] }
    return [".package(", "unsafeFlags"].flatMap { word in
        lines(of: word, in: file.code).map {
            Finding(file.path, $0, "\(word) is not for this package: docs/dependencies.md says why")
        }
    }
}
