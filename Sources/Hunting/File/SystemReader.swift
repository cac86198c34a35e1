import Configuration
import Foundation

/// Reads `system`.
struct SystemReader {
    let folder: String
    /// What may stand in `${…}`.
    let words: [String]

    func system(_ section: Section) -> SystemUnderTest? {
        let start = start(section)
        let build = section.optional("build", commandWords)
        let environment = section.optional("environment") { element in
            element.entries { key, value -> (String, String)? in
                guard let name = key.value(as: .name()), let text = value.value(as: .text) else {
                    return nil
                }
                check(text, value)
                return (name, text)
            }
        }
        let directory = section.optional("directory", as: .name("path"))
        let group = section.optional("group", as: .name("group"), default: "hunted")
        let copies = section.optional("copies", as: .integer.within(1...100), default: 1)
        let ready = section.optional("ready", self.ready)
        let stop = section.optional("stop") { $0.section(self.stop) }
        let within = section.optional("startWithin", as: .duration, default: .seconds(30))
        guard let start else { return nil }
        if case .external(let reset, _) = start { checkExternal(section, reset, ready) }
        var place = directory ?? "."
        if !place.hasPrefix("/") { place = folder + "/" + place }
        return SystemUnderTest(
            start: start, build: build,
            environment: Dictionary(environment ?? [], uniquingKeysWith: { _, last in last }),
            directory: place, group: group, copies: copies, ready: ready ?? .joined,
            stopSignal: stop?.signal ?? SIGTERM, stopWithin: stop?.within ?? .seconds(5),
            startWithin: within)
    }

    private func start(_ section: Section) -> SystemUnderTest.Start? {
        guard let (key, value) = section.oneOf(["command", "external"]) else { return nil }
        if key == "command" {
            guard let words = commandWords(value) else { return nil }
            for word in words { check(word, value) }
            return .command(words)
        }
        return value.section { hooks in
            .external(
                reset: hooks.optional("reset", commandWords),
                after: hooks.optional("after", commandWords))
        }
    }

    /// What is started elsewhere has no copies and no output here, and must be told of each trial.
    private func checkExternal(
        _ section: Section, _ reset: [String]?, _ ready: SystemUnderTest.Ready?
    ) {
        if reset == nil {
            section["external"]?.problem(
                "has no reset: broker, topics and group are others in each trial, and nobody tells the system",
                accepted: "write external: {reset: ./reset.sh}; its environment names them")
        }
        if case .output = ready {
            section["ready"]?.problem(
                "an external system's output is not seen here",
                accepted: "write joined, {file: PATH} or {after: 2s}")
        }
        for key in ["copies", "stop"] {
            section[key]?.problem("an external system has none: it is not started here")
        }
    }

    /// A shell's own `${HOME}` is let alone; a name near to one of ours is not.
    private func check(_ text: String, _ element: Element) {
        var rest = text[...]
        while let start = rest.firstRange(of: "${"),
            let end = rest[start.upperBound...].firstIndex(of: "}")
        {
            let name = String(rest[start.upperBound..<end])
            let isOurs =
                name.hasPrefix("topic.") || name.hasPrefix("http.")
            if isOurs && !words.contains(name) {
                element.problem(
                    "`${\(name)}` is nothing of this hunt",
                    accepted: "there are \(words.map { "${\($0)}" }.joined(separator: ", "))")
            }
            rest = rest[rest.index(after: end)...]
        }
    }

    /// `joined`, `{output: …}`, `{file: …}`, `{after: 2s}`.
    private func ready(_ element: Element) -> SystemUnderTest.Ready? {
        guard case .mapping = element.node.content else {
            let words: ValueParser<Bool> = .oneOf("condition", ["joined": true])
            return element.value(as: words).map { _ in .joined }
        }
        return element.section { section -> SystemUnderTest.Ready? in
            guard let (key, value) = section.oneOf(["output", "file", "after"]) else { return nil }
            switch key {
            case "output":
                guard let pattern = value.value(as: .name("regular expression")) else { return nil }
                if (try? Regex(pattern)) == nil {
                    value.problem("\"\(pattern)\" is no regular expression")
                    return nil
                }
                return .output(pattern)
            case "file": return value.value(as: .name("path")).map { .file($0) }
            default: return value.value(as: .duration).map { .after($0) }
            }
        }
    }

    private func stop(_ section: Section) -> (signal: Int32, within: Duration)? {
        let words = ValueParser<Int32>(
            noun: "signal", accepted: "write TERM, INT, HUP, QUIT, KILL, USR1 or USR2"
        ) { signalNumbers[$0.hasPrefix("SIG") ? String($0.dropFirst(3)) : $0] }
        return (
            section.optional("signal", as: words, default: SIGTERM),
            section.optional("within", as: .duration, default: .seconds(5))
        )
    }
}
