/// Whether anything is done that rests on a value which was overwritten longer ago than a bound, or more often.
///
/// An attempt acts where it stores, carries out an effect or publishes; it rests on what it loaded last of each
/// entity. A store that the store itself computes from what is there (`delta`, `versioned`, `conditional`) does
/// not rest on what was loaded of its own entity.
struct Staleness {
    /// Writes of one entity: those within the bound, and the version before them.
    private struct Writes {
        var latest: Int64 = 0
        var times: [(version: Int64, timeNs: Int64)] = []
        var first = 0
        var versionBefore: Int64 = 0
    }

    struct Found {
        let object: Footprint
        let act: TraceEntry.What
        let loaded: Int64
        let latest: Int64

        func words(_ names: SiteNames) -> String {
            "rested its \(act) on version \(loaded), which is older than allowed: version "
                + "\(latest) was there"
        }
    }

    private let timeNs: Int64?
    private let versions: Int64?
    private var writes: [EntityPlace: Writes] = [:]
    private var loaded: [Int32: [(object: EntityPlace, version: Int64)]] = [:]

    init(_ bound: StalenessBound) {
        switch bound {
        case .time(let time): (timeNs, versions) = (time.nanoseconds, nil)
        case .versions(let count): (timeNs, versions) = (nil, Int64(count))
        }
    }

    mutating func see(_ entry: TraceEntry) -> Found? {
        switch entry.what {
        case .begin, .request, .kill: loaded[entry.actor] = []
        case .load:
            guard let object = entry.entity else { return nil }
            loaded[entry.actor]?.removeAll { $0.object == object }
            loaded[entry.actor]?.append((object, entry.version))
        case .store:
            let found = oldest(entry)
            if let object = entry.entity {
                write(object, entry)
                loaded[entry.actor]?.removeAll { $0.object == object }
                loaded[entry.actor]?.append((object, entry.version))
            }
            return found
        case .effect, .publish: return oldest(entry)
        default: break
        }
        return nil
    }

    private mutating func write(_ object: EntityPlace, _ entry: TraceEntry) {
        var row = writes[object] ?? Writes()
        row.latest = entry.version
        if let timeNs {
            forget(&row, before: entry.timeNs - timeNs)
            row.times.append((entry.version, entry.timeNs))
        }
        writes[object] = row
    }

    /// What the act rests on that is too old.
    private mutating func oldest(_ entry: TraceEntry) -> Found? {
        let own = entry.what == .store && entry.footprint?.access != .write ? entry.entity : nil
        for (object, version) in loaded[entry.actor] ?? [] where object != own {
            guard var row = writes[object] else { continue }
            let isTooOld: Bool
            if let versions {
                isTooOld = row.latest - version > versions
            } else {
                forget(&row, before: entry.timeNs - (timeNs ?? 0))
                writes[object] = row
                isTooOld = row.versionBefore > version
            }
            if isTooOld {
                return Found(
                    object: Footprint(.entity, object.table, object.entity, .read),
                    act: entry.what, loaded: version, latest: row.latest)
            }
        }
        return nil
    }

    /// Moves writes in front of a time out of the window.
    private func forget(_ row: inout Writes, before timeNs: Int64) {
        while row.first < row.times.count && row.times[row.first].timeNs < timeNs {
            row.versionBefore = row.times[row.first].version
            row.first += 1
        }
        if row.first > 64 && row.first * 2 > row.times.count {
            row.times.removeFirst(row.first)
            row.first = 0
        }
    }
}
