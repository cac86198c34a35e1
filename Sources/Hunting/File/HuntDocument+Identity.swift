import Digests

extension HuntDocument {
    /// A digest of all that the inputs of its trials are a function of: the file's text, what was put in place of
    /// its values (its budget apart, which changes no trial), and the records.
    ///
    /// - Throws: `RecordingError`, `HuntError` where the workload cannot be read.
    public func identity() throws -> String {
        let workload = TrialInput(
            number: 0, seed: "", workload: try hunt.makeWorkload(), schedule: TrialSchedule(),
            origin: "")
        let settings = settingTexts.filter { !$0.hasPrefix("budget.") }
        let schedules = try hunt.makeSchedules().map(\.text)
        let text = ([text, workload.digest, "1"] + settings + schedules).joined(separator: "\u{0}")
        return SHA256.digest(of: Array(text.utf8)).description
    }
}
