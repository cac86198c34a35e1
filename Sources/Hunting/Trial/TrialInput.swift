import Digests
import Perturbation
import Records

/// What a trial is a function of, beside the system: workload and schedule.
public struct TrialInput: Hashable, Sendable {
    /// Counts from 1; 0 is the baseline.
    public var number: Int
    /// What the system gets as its seed.
    public var seed: String
    public var workload: Workload
    public var schedule: TrialSchedule
    /// How the strategy came to it, in a few words.
    public var origin: String

    public init(
        number: Int, seed: String, workload: Workload, schedule: TrialSchedule, origin: String
    ) {
        self.number = number
        self.seed = seed
        self.workload = workload
        self.schedule = schedule
        self.origin = origin
    }

    /// A name of workload and schedule: equal inputs have equal ones.
    public var digest: String {
        var text: [UInt8] = []
        func add(_ bytes: [UInt8]?) {
            guard let bytes else {
                text += Array("-,".utf8)
                return
            }
            text += Array("\(bytes.count):".utf8) + bytes
        }
        for record in workload.records {
            add(Array("\(RecordName(record)) \(record.timestamp.milliseconds)".utf8))
            add(record.key)
            add(record.value)
            for header in record.headers {
                add(header.name)
                add(header.value)
            }
        }
        add(Array(schedule.text.utf8))
        return String(SHA256.digest(of: text).description.prefix(16))
    }
}
