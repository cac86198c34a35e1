/// Where golden files may hold what a program wrote, spaces at the ends of lines and all.
private let goldenFolders: Set<Substring> = ["Golden", "Snapshots", "Fixtures", "recordings"]

/// Folders at the root of a developer's machine; put together so that this file does not name one.
private let machineFolders = ["work", "root", "home", "Users"].map { "/" + $0 + "/" }

/// White space at the ends of lines, a last line without its end, and paths of one machine.
func textFindings(_ file: SourceFile) -> [Finding] {
    let isGolden = !goldenFolders.isDisjoint(with: file.folders)
    var findings: [Finding] = []
    for (index, line) in file.textLines.enumerated() {
        if !isGolden, let last = line.last, last.isWhitespace {
            findings.append(Finding(file.path, index + 1, "white space at the end of the line"))
        }
        for folder in machineFolders where holdsRootPath(line, folder) {
            findings.append(
                Finding(file.path, index + 1, "\(folder)… is a path of one machine alone"))
        }
    }
    if !isGolden, !file.text.isEmpty, !file.text.hasSuffix("\n") {
        findings.append(Finding(file.path, file.textLines.count, "no line break at the end"))
    }
    return findings
}

/// Whether `folder` stands in `line` as the start of a path, not in the middle of one.
private func holdsRootPath(_ line: Substring, _ folder: String) -> Bool {
    line.ranges(of: folder).contains { range in
        guard range.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: range.lowerBound)]
        return !(before.isLetter || before.isNumber || "._-~/$}*".contains(before))
    }
}
