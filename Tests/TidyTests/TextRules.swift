/// Where golden files may hold what a program wrote, spaces at the ends of lines and all.
private let goldenFolders: Set<Substring> = ["Golden", "Snapshots", "Fixtures", "recordings"]

/// Folders at the root of a developer's machine; put together so that this file does not name one.
private let machineFolders = ["work", "root", "home", "Users"].map { "/" + $0 + "/" }

/// White space at the ends of lines, a last line without its end, and paths of one machine.
func textFindings(_ file: SourceFile) -> [Finding] {
    let isGolden = !goldenFolders.isDisjoint(with: file.folders)
    var findings: [Finding] = []
    for (index, line) in file.textLines.enumerated() {
        if !isGolden, let last = line.utf8.last, " \t\r".utf8.contains(last) {
            findings.append(Finding(file.path, index + 1, "white space at the end of the line"))
        }
    }
    for folder in machineFolders {
        findings += lines(of: folder, in: file.text, where: startsPath).map {
            Finding(file.path, $0, "\(folder)… is a path of one machine alone")
        }
    }
    if !isGolden, !file.text.isEmpty, !file.text.hasSuffix("\n") {
        findings.append(Finding(file.path, file.textLines.count, "no line break at the end"))
    }
    return findings
}

/// Whether a slash behind this byte begins a path and is not in the middle of one.
private func startsPath(behind byte: UInt8) -> Bool {
    !isWord(byte) && !"._-~/$}*".utf8.contains(byte)
}
