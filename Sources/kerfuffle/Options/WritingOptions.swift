import Arguments
import Proxy

/// To which topics a command may write.
struct WritingOptions: ParsableArguments {
    @Option(
        name: .customLong("allow-topic"),
        help: ArgumentHelp(
            "Write to this topic although its name does not say shadow.", valueName: "topic",
            example: "qa"))
    var allowTopic: [String] = []

    @Flag(help: "Write to topics that replace timestamps (LogAppendTime).")
    var allowLogAppendTime = false

    var shadow: ShadowGuard { ShadowGuard(allowing: allowTopic) }
}
