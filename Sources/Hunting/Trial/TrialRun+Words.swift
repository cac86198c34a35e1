import Configuration
import Foundation

extension TrialRun {
    /// What the system finds in its environment.
    func environment(copy: Int) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in wordsOfTrial where !name.contains(".") {
            environment["KERFUFFLE_" + name.uppercased()] = value
        }
        environment["KAFKA_BOOTSTRAP_SERVERS"] = broker.bootstrapServers
        environment["KAFKA_GROUP_ID"] = broker.group(system.group)
        // The shortest that the broker takes: a copy that was killed is missed no sooner.
        environment["KERFUFFLE_SESSION_TIMEOUT_MS"] = hunt.broker.isEmbedded ? "4000" : "6000"
        environment["KERFUFFLE_COPY"] = "\(copy)"
        environment["KERFUFFLE_EPOCH_MS"] = "\(Self.epochMs)"
        // What Python prints is in the log when it happens, and in the order of its happening.
        environment["PYTHONUNBUFFERED"] = "1"
        for (name, value) in wordsOfTrial where name.contains(".") {
            environment[Hunt.variable(of: name)] = value
        }
        for (name, value) in system.environment { environment[name] = filled(value) }
        return environment
    }

    /// A moment that is the same in every trial, for systems that want to be deterministic:
    /// 2023-11-14T22:13:20Z.
    static let epochMs: Int64 = 1_700_000_000_000

    /// What `${name}` stands for in commands, environment and paths.
    private var wordsOfTrial: [(String, String)] {
        var words = [
            ("bootstrap", broker.bootstrapServers), ("group", broker.group(system.group)),
            ("state", place.state), ("folder", place.folder), ("trial", "\(place.number)"),
            ("trial_id", place.id), ("seed", place.seed),
        ]
        words += hunt.allTopics.map { ("topic.\($0.name)", broker.topic($0.name)) }
        words += sinks.sorted { $0.key < $1.key }.map { ("http.\($0.key)", $0.value.url) }
        return words
    }

    /// The text with every `${name}` replaced.
    func filled(_ text: String) -> String {
        guard text.contains("${") else { return text }
        return wordsOfTrial.reduce(text) { $0.replacing("${\($1.0)}", with: $1.1) }
    }
}

extension Hunt {
    /// The environment's name for what `${name}` stands for: `KERFUFFLE_HTTP_CHARGES` for `http.charges`.
    static func variable(of name: String) -> String {
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return "KERFUFFLE_" + String(plain).uppercased()
    }

    /// The names that may stand in `${…}`.
    static func words(topics: [String], sinks: [String]) -> [String] {
        ["bootstrap", "group", "state", "folder", "trial", "trial_id", "seed"]
            + topics.map { "topic.\($0)" } + sinks.map { "http.\($0)" }
    }
}

extension Duration {
    var spelledOut: String { spelled }
}

extension SystemUnderTest.Ready {
    var inWords: String {
        switch self {
        case .joined: "a settled membership of its group (ready: joined)"
        case .output(let pattern): "a line of output like \(pattern)"
        case .file(let path): "the file \(path)"
        case .after(let time): "the end of \(time.spelled)"
        }
    }
}

/// A regular expression that a line of a system's output is waited for.
struct OutputPattern {
    private let expression: Regex<AnyRegexOutput>

    /// nil where nothing is waited for in the output.
    init?(_ ready: SystemUnderTest.Ready) throws {
        guard case .output(let pattern) = ready else { return nil }
        expression = try Regex(pattern)
    }

    /// Whether each of the files has a line that matches, behind so many bytes of it.
    func isMatched(in files: [(path: String, from: Int)]) -> Bool {
        files.allSatisfy { file in
            guard let data = FileManager.default.contents(atPath: file.path) else { return false }
            return String(decoding: data.dropFirst(file.from), as: UTF8.self)
                .firstMatch(of: expression) != nil
        }
    }
}
