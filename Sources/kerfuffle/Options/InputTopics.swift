import Arguments

/// What a run reads.
struct InputTopics: ParsableArguments {
    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic to read, or ^ and a regular expression: every topic that matches.",
            valueName: "topic", example: "orders"))
    var input: [String] = []
}
