import Configuration
import Perturbation

extension Hunt {
    /// The schedules that are tried first.
    ///
    /// - Throws: `SmallFile.Unreadable`, and `HuntError` where a file is none, or is about records that the workload does
    ///   not have.
    public func makeSchedules() throws -> [TrialSchedule] {
        if schedules.isEmpty { return [] }
        let workload = try makeWorkload()
        return try schedules.map { path in
            let text = String(decoding: try SmallFile.bytes(path), as: UTF8.self)
            do throws(ScheduleError) {
                let schedule = try TrialSchedule(parsing: text)
                _ = try FeedSequence(workload, schedule, paceUs: 1000)
                return schedule
            } catch {
                throw HuntError(.input, "\(path): \(error)")
            }
        }
    }
}
