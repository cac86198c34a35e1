extension Hunt {
    /// The schedules that are tried first.
    ///
    /// - Throws: `SmallFile.Unreadable`, and `HuntError` where a file is none, or is about records that the workload does
    ///   not have.
    public func makeSchedules() throws -> [TrialSchedule] {
        if schedules.isEmpty { return [] }
        let workload = try makeWorkload()
        return try schedules.map { try TrialSchedule(file: $0, for: workload) }
    }
}
