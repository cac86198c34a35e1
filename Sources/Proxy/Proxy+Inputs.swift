import KafkaClient
import Perturbation
import Records

/// When an input is not what it was: records deleted before they were read, a topic made anew,
/// partitions added.
extension Proxy {
    /// Positions that make no way before a new record: then something is wrong that no seeking mends.
    private static let mostSeeks = 20

    /// What is to be read next of a partition is not in the log. Nothing is read of it before this has
    /// found out why, and where it goes on.
    func reachBack(_ lane: Lane, _ error: KafkaError) throws {
        if lane.isDone || lane.isForgotten { return }
        let source = lane.source
        guard
            let range = try consumer.watermarks([source], timeout: .seconds(60))[source]
        else { throw error }
        let next = lane.position
        if next > range.upperBound {
            throw Positions.anew(
                source, "ends at \(range.upperBound) and \(next) is to be read next")
        }
        lane.seeks = (lane.seeks.position == next ? lane.seeks.count + 1 : 1, next)
        if lane.seeks.count > Self.mostSeeks { throw error }
        var goesOn = next
        if next < range.lowerBound {
            guard let policy = configuration.onOffsetOutOfRange else {
                throw Positions.deleted(source, from: next, range)
            }
            goesOn = policy == .earliest ? range.lowerBound : range.upperBound
            let before = lane.ready.count
            let loss = try lane.lose(to: goesOn, policy)
            hasUnplaced = hasUnplaced || lane.isUnplaced
            if lane.ready.count > before { noteClosed(lane, before) }
            observer.notice(
                "\(source): \(loss.start) to \(loss.through) were gone before they were read; "
                    + "going on at \(goesOn)")
            if lane.isDone { return }
        }
        try consumer.seek([source: .offset(goesOn)], timeout: .seconds(120))
    }

    /// The client has missed an input: it may be another one when it comes back, and what was read
    /// since counts for nothing before the positions were compared with it.
    func lookAtInputsAgain() throws {
        guard inputs.areInDoubt else { return }
        inputs.areInDoubt = false
        if owned.isEmpty { return }
        observer.notice("an input was not there for a moment; looking whether it is the same")
        try commit()
        try committing.drain()
        try waitForInputs()
        try beginAnew()
    }

    private func waitForInputs() throws {
        let end = ArrivalClock.monotonic() + 30_000_000_000
        let wanted = Set(owned.map(\.topic)).sorted()
        for topic in wanted {
            while true {
                let found = try? consumer.metadata(topic: topic, timeout: .seconds(10)).topics
                    .first { $0.name == topic }
                if let found, found.error == nil, !found.partitions.isEmpty { break }
                if ArrivalClock.monotonic() > end {
                    throw ProxyError(.broker, "the input topic \(topic) is not there any more")
                }
                ArrivalClock.rest(ns: 200_000_000)
            }
        }
        inputs.areInDoubt = false
    }
}

/// What is known of the topics that are read, and of the group that reads them.
final class Inputs {
    /// How many partitions each had when the proxy was opened.
    let partitionsAtStart: [String: Int]
    /// A topic or partition was not there when the client looked.
    var areInDoubt = false
    /// The group's broker was silent for as long as a session lasts, and the client joined anew.
    var hasLostSession = false

    init(partitionsAtStart: [String: Int]) { self.partitionsAtStart = partitionsAtStart }
}
