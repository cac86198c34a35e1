/// A shell that completion scripts are made for.
public enum CompletionShell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    /// The script that teaches this shell the program's words.
    public func script(for root: CommandDescription) -> String {
        let root = root.completed(by: root)
        return switch self {
        case .bash: BashCompletion(root).script
        case .zsh: ZshCompletion(root).script
        case .fish: FishCompletion(root).script
        }
    }
}

/// A name that shell functions may have: `_kerfuffle_schedule_diff`.
func shellIdentifier(_ path: [String]) -> String {
    "_" + path.joined(separator: "_").map { $0.isLetter || $0.isNumber ? $0 : "_" }
}

/// The text in single quotes, as POSIX shells and fish read it.
func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
}

/// The help's first sentence without its full stop, for a list of proposals.
func shortHelp(_ help: String) -> String {
    let line = help.split(separator: "\n").first ?? ""
    let sentence = line.split(separator: ". ", maxSplits: 1).first ?? ""
    return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
}
