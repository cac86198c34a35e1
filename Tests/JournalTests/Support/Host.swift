import Foundation
import KafkaClient
import Perturbation
import Recording
import Records

@testable import Proxy

/// An instance of the proxy without a broker: the same journal, engine and rules on positions, driven
/// step by step.
final class Host {
    /// How a transaction ends.
    enum Fate: CaseIterable {
        case committed
        /// Rolled back before or after its checkpoint; the instance lives.
        case abortedEarly, aborted
        /// Killed before anything was handed to the system, with everything but the checkpoint handed,
        /// with the checkpoint, and after the commit.
        case killedBeforeWriting, killedBeforeCheckpoint, killedBeforeCommit, killedAfterCommit
    }

    let name: String
    private(set) var paths: JournalPaths
    /// Pairs in front of the one at hand, the oldest first, and how many of them were removed.
    private(set) var earlier: [JournalPaths] = []
    private var removed = 0
    private let folder: URL
    var options = RecordingWriter.Options()
    /// At-least-once: what is sent is seen at once, and nothing is taken back.
    let mayRepeat: Bool
    /// A file that cannot be written ends the writing of files alone.
    var outlivesFailure = false
    /// Whether it began without files, as those of its process had failed.
    private(set) var isBegunWithout = false
    private(set) var journal: Journal?
    private(set) var lanes: [TopicPartition: HostLane] = [:]
    private(set) var verdicts: [Journal.Verdict] = []
    /// Bytes of the schedule that a cut may not touch: they became visible.
    private(set) var settledBytes: UInt64 = 0
    /// Ends of schedule and recording at each checkpoint.
    private var marks: [(schedule: UInt64, recording: UInt64)] = []

    init(_ name: String, in folder: URL, mayRepeat: Bool = false) {
        self.name = name
        self.mayRepeat = mayRepeat
        self.folder = folder
        let place = folder.appendingPathComponent(name).path
        paths = JournalPaths(recording: "\(place).mcap", schedule: "\(place).jsonl")
    }

    var isRunning: Bool { journal != nil }
    var pair: (recording: String, schedule: String) {
        (paths.recording ?? "", paths.schedule ?? "")
    }

    /// All of them, whether they were removed or not.
    var pairs: [(recording: String, schedule: String)] {
        (earlier + [paths]).map { ($0.recording ?? "", $0.schedule ?? "") }
    }

    // MARK: Retention

    /// The id of the pair at hand.
    private var id: String { earlier.isEmpty ? "id-\(name)" : "id-\(name).\(earlier.count)" }

    /// Closes the pair and goes on in the next one.
    func rotate(_ world: World) throws {
        guard let journal, journal.isDecided else { return }
        earlier.append(paths)
        let place = folder.appendingPathComponent("\(name)-\(earlier.count)").path
        paths = JournalPaths(recording: "\(place).mcap", schedule: "\(place).jsonl")
        var header = journal.header
        header.recording = id
        try journal.rotate(
            to: paths, header: header,
            identity: RecordingIdentity(id: id, tool: "tests", subscriptions: ["orders"]),
            options: options)
        settledBytes = 0
        marks = []
        try beginAnew(world)
    }

    /// Retention takes the oldest closed pair; a kill may leave its recording there.
    func removeOldest(isKilled: Bool) throws {
        guard removed < earlier.count, let schedule = earlier[removed].schedule else { return }
        try ScheduleStub.leave(of: schedule)
        if !isKilled, let recording = earlier[removed].recording { unlink(recording) }
        removed += 1
    }

    // MARK: Life

    func start(_ world: World) throws {
        try mendFiles()
        isBegunWithout = false
        try open(world)
        journal?.outlivesFailure = outlivesFailure
    }

    /// The same process lets go of everything and begins anew; its files had failed.
    func startWithoutFiles(_ world: World) {
        let header = ScheduleHeader(
            recording: "again-\(name)", tool: "tests", plan: world.plan, mayRepeat: mayRepeat)
        journal = Journal(
            header: header, after: RecordingError(.system, paths.recording ?? "", "full"))
        isBegunWithout = true
    }

    /// One of the files is moved away: the next checkpoint finds it gone.
    func breakFile(_ dice: inout Dice) {
        guard let path = dice.chance(1, in: 2) ? paths.recording : paths.schedule else { return }
        rename(path, path + ".away")
    }

    private func mendFiles() throws {
        for case let path? in [paths.recording, paths.schedule] { rename(path + ".away", path) }
    }

    private func open(_ world: World) throws {
        let identity = RecordingIdentity(
            id: id, tool: "tests", subscriptions: ["orders"])
        guard let leftover = try Journal.leftover(at: paths) else {
            let header = ScheduleHeader(
                recording: identity.id, tool: "tests", plan: world.plan, mayRepeat: mayRepeat)
            journal = try Journal.create(
                at: paths, header: header, identity: identity, options: options)
            return
        }
        var verdict = Journal.Verdict.committed
        if let undecided = leftover.undecided {
            verdict = try rules(world).verdict(
                on: undecided, recording: identity.id, committed: world.positions)
            verdicts.append(verdict)
            if mayRepeat && verdict == .aborted { verdict = .inDoubt }
        }
        journal = try Journal.resume(
            leftover, at: paths, verdict: verdict, identity: identity, options: options)
    }

    private func rules(_ world: World) -> Positions {
        Positions(group: "g", planDigest: world.plan.digest)
    }

    func assign(_ source: TopicPartition, _ world: World) throws {
        guard let journal else { return }
        let range = world.range(of: source)
        let point = try rules(world).start(
            of: source, committed: world.positions[source],
            files: KnownOfFiles(
                recording: journal.header.recording,
                hasSettled: journal.settledSources.contains(source), last: journal.word(on: source)),
            range: range,
            first: { range.lowerBound })
        lanes[source] = HostLane(
            point, plan: world.plan, journal: journal.begin(point.segment),
            log: world.log[source] ?? [])
    }

    /// Open windows, and those emitted in part, are forgotten.
    func revoke(_ source: TopicPartition) { lanes[source] = nil }

    func stop() throws {
        lanes = [:]
        try journal?.close()
        journal = nil
    }

    func kill() {
        lanes = [:]
        journal = nil
    }

    // MARK: A transaction

    /// One transaction over some windows of some partitions.
    ///
    /// - Parameters:
    ///   - isLast: everything that is left, the last windows closed at the end.
    ///   - impatience: how often a clock closes a window, in percent of the records.
    func transact(
        _ world: inout World, _ dice: inout Dice, _ fate: Fate, isLast: Bool = false,
        impatience: Int = 3
    ) throws {
        guard let journal else { return }
        var deliveries: [Record] = []
        var positions: [TopicPartition: Reached] = [:]
        for (source, lane) in lanes.sorted(by: { $0.key < $1.key }) {
            var left = isLast ? Int.max : dice.below(4)
            while left > 0,
                let window = try lane.form(
                    &world, &dice, closesAtEnd: isLast, impatience: impatience)
            {
                left = isLast ? left : left - 1
                let isPart = !isLast && left == 0 && dice.chance(1, in: 3)
                let position = try emit(
                    window, of: lane, inPart: isPart, journal, world.plan, &dice, &deliveries)
                if let position { positions[source] = position }
                if !isPart { lane.finishWindow() }
            }
        }
        if positions.isEmpty { return }
        try end(&world, fate, journal, deliveries, positions)
    }

    /// Where a partition stands: what is committed, and what the checkpoint says.
    private struct Reached {
        var next: Offset
        var metadata: CommitMetadata
        var segment: JournalSegment
        var word: Checkpoint.Position

        func committed(_ journal: Journal) -> CommittedPosition {
            var metadata = metadata
            metadata.unrecorded = journal.unrecorded(of: segment).map { .init($0, parent: $1) }
            return CommittedPosition(segment.segment.source, offset: next, metadata: metadata.text)
        }
    }

    private func emit(
        _ window: HostWindow, of lane: HostLane, inPart: Bool, _ journal: Journal, _ plan: Plan,
        _ dice: inout Dice, _ deliveries: inout [Record]
    ) throws -> Reached? {
        let all = window.outcome.deliveries
        let until =
            inPart ? window.emitted + dice.below(max(1, all.count - window.emitted)) : all.count
        if inPart && until == window.emitted { return nil }
        if !window.isWritten { try write(window, of: lane, journal) }
        for delivery in all[window.emitted..<until] {
            var record = window.block.record(at: Int(delivery.slot))
            if delivery.isCorrupted {
                record.value = try window.outcome.changedValue(
                    of: delivery, original: record.value)
            }
            deliveries.append(record)
        }
        window.emitted = until
        var part: CommitMetadata.Part?
        if inPart {
            part = .init(
                through: window.last, emitted: Int64(until), closed: window.closing?.reason)
        } else {
            lane.journal.count(window.block)
        }
        let next = inPart ? window.start : window.last + 1
        let metadata = CommitMetadata(
            recording: journal.header.recording, epoch: lane.journal.segment.epoch,
            plan: plan.digest, part: part)
        return Reached(
            next: next, metadata: metadata, segment: lane.journal,
            word: lane.journal.position(
                next: next, part: part.map { .init(through: $0.through, emitted: $0.emitted) }))
    }

    private func write(_ window: HostWindow, of lane: HostLane, _ journal: Journal) throws {
        try journal.append(
            window.block, of: lane.journal, closing: window.closing,
            decisions: window.outcome.decisions, encoder: lane.encoder)
        let delivered = Set(window.outcome.deliveries.map(\.slot))
        for (slot, entry) in window.block.entries.enumerated()
        where !Producer.canSend(timestampMs: entry.timestampMs) && delivered.contains(Int32(slot)) {
            journal.append(LineDecision(slot: entry.offset, .untimed), encoder: lane.encoder)
        }
        window.isWritten = true
    }

    private func end(
        _ world: inout World, _ fate: Fate, _ journal: Journal, _ deliveries: [Record],
        _ positions: [TopicPartition: Reached]
    ) throws {
        if mayRepeat { return try endSeen(&world, fate, journal, deliveries, positions) }
        switch fate {
        case .abortedEarly:
            try journal.rollBack()
            return try beginAnew(world)
        case .killedBeforeWriting: return kill()
        case .killedBeforeCheckpoint:
            try journal.flush()
            return kill()
        default: break
        }
        try journal.checkpoint(positions.mapValues(\.word))
        marks.append((journal.scheduleBytes, Self.size(paths.recording)))
        if fate == .killedBeforeCommit { return kill() }
        if fate == .aborted {
            try journal.rollBack()
            return try beginAnew(world)
        }
        world.commit(deliveries, positions.values.map { $0.committed(journal) })
        settledBytes = journal.scheduleBytes
        if fate == .killedAfterCommit { return kill() }
        journal.committed()
    }

    /// At-least-once: written ahead, sent, and only then committed.
    private func endSeen(
        _ world: inout World, _ fate: Fate, _ journal: Journal, _ deliveries: [Record],
        _ positions: [TopicPartition: Reached]
    ) throws {
        if fate == .killedBeforeWriting { return kill() }
        try journal.flush()
        if fate == .killedBeforeCheckpoint {
            // Some of it arrived.
            world.show(Array(deliveries.prefix(deliveries.count * 2 / 3)))
            return kill()
        }
        world.show(deliveries)
        try journal.checkpoint(positions.mapValues(\.word))
        marks.append((journal.scheduleBytes, Self.size(paths.recording)))
        if fate == .killedBeforeCommit { return kill() }
        if fate == .aborted || fate == .abortedEarly {
            // The group did not take the commit.
            try journal.markInDoubt()
            return try beginAnew(world)
        }
        world.commit([], positions.values.map { $0.committed(journal) })
        settledBytes = journal.scheduleBytes
        if fate == .killedAfterCommit { return kill() }
        journal.committed()
    }

    private func beginAnew(_ world: World) throws {
        for source in lanes.keys.sorted() { try assign(source, world) }
    }

    // MARK: Torn files

    static func size(_ path: String?) -> UInt64 {
        let attributes = path.flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
        return (attributes?[.size] as? UInt64) ?? 0
    }

    /// Where the schedule may be cut as a loss of power would. Without its first line nobody goes on while there is a
    /// recording that holds something.
    var tornRange: ClosedRange<UInt64> {
        let size = Self.size(paths.schedule)
        let bytes = paths.schedule.flatMap { FileManager.default.contents(atPath: $0) }
        let firstLine = bytes?.firstIndex(of: 0x0A).map { UInt64($0 + 1) } ?? 0
        return min(max(settledBytes, firstLine), size)...size
    }

    /// Where the recording may be cut, if the schedule is cut there.
    func tornRecordingRange(scheduleBytes: UInt64) -> ClosedRange<UInt64> {
        let size = Self.size(paths.recording)
        let named = marks.last { $0.schedule <= scheduleBytes }?.recording ?? 0
        return min(named, size)...size
    }

    func tear(scheduleAt schedule: UInt64, recordingAt recording: UInt64) throws {
        try Self.cut(paths.schedule, at: schedule)
        try Self.cut(paths.recording, at: recording)
    }

    private static func cut(_ path: String?, at length: UInt64) throws {
        guard let path, let file = FileHandle(forUpdatingAtPath: path) else { return }
        try file.truncate(atOffset: length)
        try file.close()
    }
}
