import Recording

extension ProxyConfiguration {
    /// The folder of pairs that retention keeps, where it does.
    func retainedPairs() throws -> RetainedPairs? {
        guard let retention, let path = paths.recording else { return nil }
        return try RetainedPairs(at: path, retention, partBytes: partBytes)
    }
}

extension RetainedPairs {
    /// The id of the pair at hand, where it is new.
    func newID(otherwise make: () -> String) -> String {
        let schedule = previous?.schedule
        let known = schedule.flatMap { try? ScheduleReader(path: $0, decisions: false) }
        let base = known.map { PairFolder.base(ofID: $0.header.recording) } ?? make()
        return PairFolder.id(base, number)
    }
}

extension Journal {
    /// What the pair before this one knows of commits and arrivals.
    func remember(_ previous: JournalPaths) throws {
        guard let schedule = previous.schedule, let recording = previous.recording else { return }
        remember(
            try ScheduleTail(path: schedule).settledSources,
            lastArrivalNs: RecordingReader.lastArrivalNs(of: recording))
    }
}
