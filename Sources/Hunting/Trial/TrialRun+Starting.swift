import Foundation
import KafkaClient
import Records

extension TrialRun {
    /// Reads outputs from their beginning, and listens where the system will call.
    func prepare() throws {
        var starts: [TopicPartition: StartOffset] = [:]
        for observed in hunt.observe {
            switch observed.kind {
            case .topic(let topic), .changes(let topic):
                let name = broker.topic(topic.name)
                outputs[name] = observed.name
                for partition in 0..<topic.partitions {
                    starts[TopicPartition(name, Int32(partition))] = .earliest
                }
            case .http(let answers):
                sinks[observed.name] = try HTTPSink(answers)
            case .command, .file: break
            }
            self.observed[observed.name] = []
        }
        if !starts.isEmpty { try reader?.assign(starts) }
    }

    /// Starts all copies and waits until they are ready.
    func startSystem() throws {
        switch system.start {
        case .external(let reset, _):
            if let reset { try runHook(reset, "reset") }
        case .command:
            for _ in 0..<system.copies { try addCopy() }
        }
        if ending == nil { try awaitReadiness() }
    }

    func addCopy() throws {
        let copy = SystemCopy(number: copies.count + 1)
        copies.append(copy)
        try start(copy)
    }

    /// Starts a copy, for the first time or again.
    func start(_ copy: SystemCopy) throws {
        guard case .command(let words) = system.start else { return }
        copy.isExpectedToEnd = false
        do throws(HuntError) {
            copy.process = try SystemProcess(
                words.map(filled), environment: environment(copy: copy.number),
                directory: system.directory, output: place.log(of: copy.number),
                mark: place.mark(ofCopy: copy.number), guardedBy: processGuard)
        } catch {
            ending = .notStarted(error.description)
        }
    }

    /// Waits until the system is ready, or says why it never was.
    func awaitReadiness() throws {
        let start = now
        let pattern = try OutputPattern(system.ready)
        while ending == nil {
            if try isReady(since: start, pattern) { return try awaitReading() }
            if !copies.isEmpty, running == 0 {
                ending = .notStarted("it ended with exit code 0 before it was ready")
            }
            if start.duration(to: now) > system.startWithin {
                let waited = system.startWithin.spelledOut
                var reasons = ["\(system.ready.inWords) did not come to be within \(waited)"]
                reasons += broker.complaints
                if system.ready == .joined, let absence = broker.absence { reasons.append(absence) }
                reasons += copies.prefix(1).map(lastLine).map {
                    $0.isEmpty ? "it printed nothing" : "its output ends with: \($0)"
                }
                ending = .neverReady(reasons.joined(separator: "; "))
            }
            try turn(.milliseconds(5))
        }
        if case .crashed(let reason) = ending {
            ending = .notStarted("before it was ready \(reason)")
        }
    }

    /// Who has joined is not reading yet: it asks where to begin first. What is fed, and strikes, before that would
    /// meet an idle system.
    private func awaitReading() throws {
        defer { noteActivity() }
        guard system.ready == .joined else { return }
        let limit = now + .seconds(1)
        while !broker.hasMemberBegun, ending == nil, now < limit {
            try turn(.milliseconds(5))
        }
        try wait(.milliseconds(60))
    }

    private func isReady(
        since start: ContinuousClock.Instant, _ pattern: OutputPattern?
    ) throws -> Bool {
        switch system.ready {
        case .joined:
            return try (membership?.members ?? 0) >= max(1, running)
        case .output:
            return pattern?.isMatched(in: copies.map { (place.log(of: $0.number), 0) }) ?? true
        case .file(let path):
            let path = filled(path)
            let absolute = path.hasPrefix("/") ? path : place.state + "/" + path
            return FileManager.default.fileExists(atPath: absolute)
        case .after(let time): return start.duration(to: now) >= time
        }
    }

    var membership: SettledMembership? {
        get throws { try broker.membership(of: broker.group(system.group)) }
    }

    var running: Int { copies.count { $0.process != nil } }
}
