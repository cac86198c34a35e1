/// `kerfuffle completion bash`: prints the script that teaches a shell this program's words.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "completion", abstract: "Print a completion script for a shell.",
        discussion: """
            For bash, add to ~/.bashrc: source <(PROGRAM completion bash)
            For zsh, add to ~/.zshrc, after compinit: source <(PROGRAM completion zsh)
            For fish: PROGRAM completion fish > ~/.config/fish/completions/PROGRAM.fish
            """)

    @Argument(help: "The shell.")
    var shell: CompletionShell

    /// The parser answers it.
    mutating func run() {}
}
