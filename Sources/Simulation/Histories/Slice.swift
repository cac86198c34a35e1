/// The attempts that an interleaving is told by: a run once more, looked at where it broke, and nothing else kept.
struct Slice {
    /// All that one attempt did, in order.
    struct Attempt {
        let actor: Int32
        let unit: Int32
        let message: Int64
        let number: Int32
        var entries: [Seen]
        var endNs: Int64?
        /// It is among those that are shown, whatever else.
        var isNamed: Bool
    }

    /// What happened, and its place among all that did.
    struct Seen {
        let entry: TraceEntry
        let order: Int
    }

    /// The most attempts that are shown.
    static let most = 5

    private let key: Int32
    private let messages: Set<Int64>
    private let actor: Int32
    private let beganNs: Int64
    private let timeNs: Int64
    private let footprint: Footprint?
    private let invariant: Invariant
    /// Whether everything is shown that anybody did up to the break: of an execution that is no longer than it must be.
    private let isWhole: Bool
    private var seen = 0
    private var open: [Int32: Attempt] = [:]
    private var closed: [Attempt] = []
    /// What happened to the messages while nobody worked on them.
    private(set) var transport: [Seen] = []
    private(set) var leftOut = 0

    init(_ violation: Violation, _ place: Violation.Place, isWhole: Bool = false) {
        self.isWhole = isWhole
        key = place.key
        messages = Set(place.messages)
        actor = place.actor
        beganNs = place.beganNs
        timeNs = violation.timeNs
        footprint = place.footprint
        invariant = violation.invariant
    }

    mutating func see(_ entry: TraceEntry) {
        guard entry.timeNs <= timeNs,
            isWhole || entry.key == key || messages.contains(entry.message)
        else { return }
        seen += 1
        let here = Seen(entry: entry, order: seen)
        if entry.actor < 0 || entry.what == .arrive {
            if isWhole || messages.contains(entry.message) { transport.append(here) }
            return
        }
        switch entry.what {
        case .begin, .request:
            close(entry.actor)
            open[entry.actor] = Attempt(
                actor: entry.actor, unit: entry.unit, message: entry.message,
                number: entry.attempt, entries: [here],
                isNamed: isWhole || messages.contains(entry.message))
        default:
            open[entry.actor]?.entries.append(here)
            if Self.ends.contains(entry.what) { open[entry.actor]?.endNs = entry.timeNs }
        }
    }

    private static let ends: Set<TraceEntry.What> = [
        .commit, .lateAck, .conflict, .fence, .fail, .timeOut, .kill, .reply,
    ]

    /// An attempt is over: it is kept while it may still be shown.
    private mutating func close(_ actor: Int32) {
        guard let attempt = open.removeValue(forKey: actor) else { return }
        closed.append(attempt)
        guard closed.count > Self.most * 4 else { return }
        // Of those that nobody names and that were over before, the latest stay.
        var kept: [Attempt] = []
        var others = 0
        for attempt in closed.reversed() {
            let isBefore = (attempt.endNs ?? .max) < beganNs
            if attempt.isNamed || !isBefore || others < Self.most { kept.append(attempt) }
            if isBefore && !attempt.isNamed { others += 1 }
        }
        closed = kept.reversed()
    }

    /// The attempts that matter, in the order in which they began.
    mutating func attempts() -> [Attempt] {
        for actor in open.keys.sorted() { close(actor) }
        if isWhole { return closed.sorted { $0.entries[0].order < $1.entries[0].order } }
        let loaded = loadOfTheAct()
        let ranked = closed.enumerated().map { (rank: rank($1, loaded), place: $0, attempt: $1) }
            .filter { $0.rank < 4 }
            .sorted { ($0.rank, -$0.place) < ($1.rank, -$1.place) }
        // Strangers are shown only where nobody else is there to tell the story.
        let near = ranked.count { $0.rank < 3 }
        let wanted = near > 1 ? ranked.filter { $0.rank < 3 } : Array(ranked.prefix(3))
        leftOut = max(0, wanted.count - Self.most)
        return wanted.prefix(Self.most).map(\.attempt).sorted {
            $0.entries[0].order < $1.entries[0].order
        }
    }

    /// Where the attempt that broke it loaded what it acted on; nil: it did not, or that does not matter.
    private func loadOfTheAct() -> Int? {
        switch invariant {
        case .noLostUpdate, .noOversell, .boundedStaleness: break
        case .exactlyOnceEffect, .fifoPerKey, .conservation, .mutualExclusion, .allHandledOrDead:
            return nil
        }
        let act = closed.last { $0.actor == actor && $0.isNamed }
        return act?.entries.last { $0.entry.what == .load }?.order
    }

    /// 0: the one that broke it; 1: of a message that takes part; 2: at work beside it on the same thing;
    /// 3: before it; 4: none of these.
    private func rank(_ attempt: Attempt, _ loaded: Int?) -> Int {
        let isLast = attempt.endNs ?? .max >= timeNs
        if attempt.actor == actor && isLast && attempt.isNamed { return 0 }
        if attempt.isNamed { return 1 }
        // Told by the messages that take part alone.
        if invariant == .fifoPerKey || invariant == .exactlyOnceEffect { return 4 }
        let changes = attempt.entries.filter(isChange)
        guard let last = changes.last else { return 4 }
        if let loaded { return last.order > loaded ? 2 : 3 }
        return (attempt.endNs ?? .max) >= beganNs ? 2 : 3
    }

    /// Whether the thing that the break is about was changed; where that is no thing, whether anything was.
    private func isChange(_ seen: Seen) -> Bool {
        guard let touched = seen.entry.footprint else { return false }
        guard let footprint else { return true }
        let isSame = touched.kind == footprint.kind && touched.table == footprint.table
        return isSame && touched.access != .read && seen.entry.what != .wait
    }
}
