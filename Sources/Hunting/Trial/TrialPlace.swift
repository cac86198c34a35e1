import Foundation

/// Where a trial takes place: its folder, its name, and the words that stand for them in commands.
struct TrialPlace: Sendable {
    /// Unique among the trials of all hunts that share a cluster.
    let id: String
    let number: Int
    let seed: String
    /// Of the trial; `state` and the copies' outputs are in it.
    let folder: String

    var state: String { folder + "/state" }
    private let marks: MarkNumbers
    /// Which of this process's trials it is.
    private let count: Int
    /// What all that runs for this trial has, and nothing else.
    var mark: ProcessMark {
        ProcessMark(lines: ["KERFUFFLE_TRIAL_ID=\(id)"], limits: marks.limits(trial: count))
    }
    /// The same of one copy; 0: commands and hooks.
    func mark(ofCopy copy: Int) -> ProcessMark {
        ProcessMark(
            lines: mark.lines + ["KERFUFFLE_COPY=\(copy)"],
            limits: marks.limits(trial: count, copy: copy))
    }
    func log(of copy: Int) -> String { folder + "/system-\(copy).log" }

    init(
        id: String, count: Int, marks: MarkNumbers, number: Int, seed: String, folder: String
    ) throws {
        self.id = id
        self.count = count
        self.marks = marks
        self.number = number
        self.seed = seed
        self.folder = folder
        do {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(
                atPath: folder + "/state", withIntermediateDirectories: true)
        } catch {
            throw HuntError(.files, "\(folder): cannot be made: \(error.localizedDescription)")
        }
    }

    func broker(for hunt: Hunt) throws -> any TrialBroker {
        let topics = hunt.allTopics
        switch hunt.broker {
        case .embedded(let roundTrip, let errors):
            return try EmbeddedTrialBroker(topics: topics, roundTrip: roundTrip, errors: errors)
        case .real(let servers, let properties, let replication):
            return try RealTrialBroker(
                servers: servers, properties: properties, replication: replication, topics: topics,
                groups: hunt.groups, id: id)
        }
    }
}

extension Hunt {
    /// Topics that are there before a trial begins: of the input and those that are observed.
    var allTopics: [Topic] {
        var topics = input.topics
        for observed in observe {
            switch observed.kind {
            case .topic(let topic), .changes(let topic):
                if !topics.contains(where: { $0.name == topic.name }) { topics.append(topic) }
            case .command, .file, .http: break
            }
        }
        return topics
    }

    /// Groups of the systems that take part.
    var groups: [String] {
        guard case .system(let other) = baseline else { return [system.group] }
        return other.group == system.group ? [system.group] : [system.group, other.group]
    }
}
