import Perturbation

/// Checks of the files that are to become one, before anything is written.
struct MergeInput {
    let headers: [ScheduleHeader]
    /// The cluster that all of them were read from; empty where none of them says.
    private(set) var cluster = ""
    private(set) var subscriptions: [String] = []

    /// - Throws: `RecordingError` where files are being written, or are not of one run.
    init(_ journals: [(recording: String, schedule: String)]) throws {
        var headers: [ScheduleHeader] = []
        for (index, pair) in journals.enumerated() {
            let header = try ScheduleReader(path: pair.schedule, decisions: false).header
            if let first = headers.first, first.plan != header.plan {
                throw Self.otherPlan(pair.schedule, header.plan, journals[0].schedule, first.plan)
            }
            if journals[..<index].contains(where: { $0.recording == pair.recording }) {
                throw RecordingError(
                    .mismatch, pair.recording, "it is given twice; give each pair of files once")
            }
            headers.append(header)
        }
        self.headers = headers
    }

    /// Looks at a recording that is there.
    mutating func note(_ recording: String, of schedule: String, _ header: ScheduleHeader) throws {
        for path in [recording, schedule] {
            if FileLock.isHeld(path) {
                throw RecordingError(
                    .locked, path, "another process is writing it; stop it first, then merge")
            }
        }
        let identity = try JournalReader.recording(recording, of: schedule, header).identity
        guard let identity else { return }
        if !identity.cluster.isEmpty {
            if !cluster.isEmpty && cluster != identity.cluster {
                throw RecordingError(
                    .mismatch, recording,
                    "it was read from cluster \(identity.cluster), and others of the files from "
                        + "\(cluster); only files of one group can become one")
            }
            cluster = identity.cluster
        }
        subscriptions += identity.subscriptions.filter { !subscriptions.contains($0) }
    }

    private static func otherPlan(
        _ path: String, _ plan: Plan, _ other: String, _ first: Plan
    ) -> RecordingError {
        let seeds =
            plan.seed == first.seed
            ? "" : " (seed \(plan.seed.debugDescription), not \(first.seed.debugDescription))"
        return RecordingError(
            .mismatch, path,
            "it was written under another plan than \(other)\(seeds); one schedule has one plan")
    }
}
