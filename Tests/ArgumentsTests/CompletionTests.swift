import Foundation
import Testing

@testable import Arguments

private let files = ["plan.yaml": "", "a file.yml": "", "other.txt": "", "-odd": ""]

private func script(_ shell: CompletionShell) -> String {
    shell.script(for: CommandDescription(Sample.self))
}

/// What each shell proposes for the last word of a line, sorted.
private struct Case: Sendable, CustomTestStringConvertible {
    let words: [String]
    let proposals: [String]

    init(_ words: [String], _ proposals: [String]) {
        self.words = words
        self.proposals = proposals.sorted()
    }

    var testDescription: String { words.joined(separator: " ") }
}

private let cases: [Case] = [
    Case([""], ["stir", "schedule", "help", "completion", "manual"]),
    Case(["s"], ["stir", "schedule"]),
    Case(["--v"], ["--version"]),
    Case(["schedule", ""], ["diff"]),
    Case(["schedule", "d"], ["diff"]),
    Case(["completion", ""], ["bash", "zsh", "fish"]),
    Case(["help", ""], ["stir", "schedule", "help", "completion", "manual"]),
    Case(["help", "s"], ["stir", "schedule"]),
    Case(["help", "schedule", ""], ["diff"]),
    Case(["manual", "--list", "schedule", "d"], ["diff"]),
    Case(["manual", "--l"], ["--list"]),
    Case(["help", "stir", ""], []),
    Case(["help", "mix", "--f"], []),
    Case(["stir", "--f"], ["--format", "--from", "--folder", "--fsync"]),
    Case(["mix", "--no"], ["--no-fsync"]),
    Case(["stir", "--format", ""], ["text", "json"]),
    Case(["stir", "-n", "-f", "j"], ["json"]),
    Case(["stir", "--plan", ""], ["plan.yaml", "a file.yml", "some folder"]),
    Case(["stir", "--folder", ""], ["some folder"]),
    Case(["stir", "--seed", ""], []),
    Case(["schedule", "diff", "o"], ["other.txt"]),
    Case(["stir", "--seed", "schedule", "--dr"], ["--drop", "--dry-run"]),
]

@Suite struct CompletionTests {
    @Test(arguments: cases) fileprivate func `bash proposes`(_ expected: Case) throws {
        let bash = try #require(Shell("bash"))
        let words = (["sample"] + expected.words).map(shellQuoted).joined(separator: " ")
        let text = try withFolder(files) { folder in
            try Data(script(.bash).utf8).write(to: folder.appendingPathComponent("-odd"))
            return try bash.run(
                [
                    "--norc", "-c",
                    """
                    source ./-odd
                    COMP_WORDS=(\(words)) COMP_CWORD=\(expected.words.count)
                    $(complete -p sample | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """,
                ], in: folder
            ).text
        }
        #expect(text.split(separator: "\n").map(String.init).sorted() == expected.proposals)
    }

    @Test func `bash proposes behind an equals sign`() throws {
        let bash = try #require(Shell("bash"))
        let text = try withFolder(files) { folder in
            try Data(script(.bash).utf8).write(to: folder.appendingPathComponent("script"))
            return try bash.run(
                [
                    "--norc", "-c",
                    """
                    source ./script
                    COMP_WORDS=(sample stir --format =) COMP_CWORD=3; _sample; echo "${COMPREPLY[@]}"
                    COMP_WORDS=(sample stir --format = t) COMP_CWORD=4; _sample; echo "${COMPREPLY[@]}"
                    COMP_WORDS=(sample stir -- --f) COMP_CWORD=3; _sample; echo "none:${COMPREPLY[@]}"
                    """,
                ], in: folder
            ).text
        }
        #expect(text == "text json\ntext\nnone:\n")
    }

    @Test(arguments: CompletionShell.allCases)
    func `each script is one its shell can read`(shell: CompletionShell) throws {
        guard let program = Shell(shell.rawValue) else { return }
        let result = try withFolder(["script": script(shell)]) {
            try program.run(["-n", "script"], in: $0)
        }
        #expect(result == (0, ""))
    }

    @Test(.enabled(if: Shell("zsh") != nil))
    func `zsh takes the script as the program's completion`() throws {
        let zsh = try #require(Shell("zsh"))
        let text = try withFolder(["script": script(.zsh)]) {
            try zsh.run(
                [
                    "-f", "-c",
                    """
                    autoload -U compinit; compinit -u -D; source ./script
                    print ${_comps[sample]}; whence -w _sample_schedule_diff
                    """,
                ], in: $0
            ).text
        }
        #expect(text == "_sample\n_sample_schedule_diff: function\n")
    }

    /// What zsh's own functions would be given: they work on a terminal alone.
    @Test(.enabled(if: Shell("zsh") != nil))
    func `zsh leads from one name of a command to the next`() throws {
        let zsh = try #require(Shell("zsh"))
        let text = try withFolder(["script": script(.zsh)]) {
            try zsh.run(
                [
                    "-f", "-c",
                    """
                    compdef() { }
                    _arguments() { state=$states[1]; shift states; return 1 }
                    _describe() { print -l -- ${(P)2%%:*} }
                    source ./script
                    states=(command); _sample_help
                    words=(schedule ''); states=(argument command); _sample_manual
                    words=(mix ''); states=(argument none); _sample_help
                    """,
                ], in: $0
            ).text
        }
        #expect(text == "stir\nschedule\nhelp\ncompletion\nmanual\ndiff\n")
    }

    @Test(.enabled(if: Shell("fish") != nil), arguments: cases)
    fileprivate func `fish proposes`(_ expected: Case) throws {
        let fish = try #require(Shell("fish"))
        let line = (["sample"] + expected.words).joined(separator: " ")
        let text = try withFolder(files.merging(["script": script(.fish)]) { $1 }) {
            try fish.run(
                ["--no-config", "-c", "source script; complete -C \(shellQuoted(line))"], in: $0
            ).text
        }
        let words = text.split(separator: "\n").map { line in
            let word = String(line.prefix { $0 != "\t" })
            return word.hasSuffix("/") ? String(word.dropLast()) : word
        }
        #expect(words.sorted() == expected.proposals)
    }
}
