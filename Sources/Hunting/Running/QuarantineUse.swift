import Checking

/// What became of an entry of the team's quarantine in a hunt.
public struct QuarantineUse: Hashable, Sendable {
    public var entry: Quarantine.Entry
    public var isExpired: Bool
    /// Trials of the search that showed it, and of the calibration.
    public var trials: Int
    public var calibrated: Int
}

extension HuntRun {
    /// Entries that concern this hunt, in their order.
    func quarantineUses(
        _ calibration: HuntResult.Calibration, _ search: HuntResult.Search
    ) -> [QuarantineUse] {
        // What has expired is among those that count.
        let shown = search.masked.merging(search.counts) { $0 + $1 }
        return team.quarantine.entries.filter { ($0.hunt ?? hunt.name) == hunt.name }.map { entry in
            let counts = shown.filter { entry.concerns($0.key, of: hunt.name) }.values
            let seen = (calibration.quarantined + calibration.broken).filter {
                entry.concerns($0.signature, of: hunt.name)
            }
            return QuarantineUse(
                entry: entry, isExpired: team.quarantine.isExpired(entry),
                trials: counts.reduce(0, +), calibrated: seen.reduce(0) { $0 + $1.count })
        }
    }
}
