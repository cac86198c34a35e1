import Recording
import Records

extension Hunt {
    /// The workload as the file describes it.
    ///
    /// - Parameter trialSeed: of a trial, where each has a workload of its own.
    /// - Throws: `RecordingError`, and `HuntError` where the recording has no record of the input topics.
    public func makeWorkload(trialSeed: String? = nil) throws -> Workload {
        switch workload {
        case .generated(let generation):
            let generator = WorkloadGenerator(generation: generation, topics: input.topics)
            let own = generation.perTrial ? trialSeed.map { "\(generation.seed)/\($0)" } : nil
            return generator.workload(seed: own ?? generation.seed)
        case .recording(let path):
            return try recorded(path)
        }
    }

    private func recorded(_ path: String) throws -> Workload {
        let reader = try RecordingReader(
            path: path, selection: RecordSelection(order: .arrival))
        let names = Set(input.topics.map(\.name))
        var records: [Record] = []
        var others: Set<String> = []
        while try reader.next() {
            if names.contains(reader.source.topic) {
                records.append(try reader.record())
            } else {
                others.insert(reader.source.topic)
            }
        }
        guard !records.isEmpty else {
            let found = others.sorted().joined(separator: ", ")
            throw HuntError(
                .input,
                "\(path): no record of \(names.sorted().joined(separator: ", ")); it has "
                    + (found.isEmpty ? "none at all" : "those of \(found)"))
        }
        for topic in input.topics {
            let highest =
                records.filter { $0.source.topic == topic.name }
                .map(\.source.partition).max() ?? 0
            guard Int(highest) < topic.partitions else {
                throw HuntError(
                    .input,
                    "\(path): has records of \(topic.name)/\(highest), and input.topics gives "
                        + "\(topic.name) \(topic.partitions) partitions; write \(Int(highest) + 1)")
            }
        }
        return Workload(records)
    }
}
