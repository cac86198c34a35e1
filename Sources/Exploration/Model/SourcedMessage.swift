import Configuration
import Simulation

/// A message that a source sends, as a model has it.
public struct SourcedMessage: Hashable, Sendable {
    /// What traces call it.
    public let number: Int64
    public let key: Int32
    public let queue: String
    /// nil: its queue has none.
    public let partition: Int32?
}

extension Model {
    /// Those of all sources, in the order of their arrival.
    public var sourced: [SourcedMessage] {
        program.messages.filter { $0.parent < 0 && $0.original < 0 }.map { message in
            SourcedMessage(
                number: message.number, key: message.key,
                queue: program.handlers[Int(message.unit)].queue,
                partition: message.partition < 0 ? nil : message.partition)
        }
    }

    /// The keys of ``sourced``, where a draw decides them: another seed may give others, and what is complete is
    /// so for these. nil where every seed gives the same.
    public var drawnKeys: [Int32]? {
        let isDrawn = topology.sources.contains { source in
            switch source.keys {
            case .uniform(let count), .zipf(let count, _), .hotSet(_, let count, _): count > 1
            case .one, .fresh, .recorded: false
            }
        }
        return isDrawn ? sourced.map(\.key) : nil
    }

    /// The places in ``sourced`` of those that every attempt fails on, where a draw decides that.
    public var drawnPoison: [Int]? {
        guard topology.sources.contains(where: { $0.poison.isDrawn }) else { return nil }
        return places(where: \.isPoison)
    }

    /// The places in ``sourced`` of those that have no key, where a draw decides that.
    public var drawnKeyless: [Int]? {
        guard topology.sources.contains(where: { $0.withoutKey.isDrawn }) else { return nil }
        return places(where: \.isKeyless)
    }

    private func places(where test: (StepProgram.Message) -> Bool) -> [Int] {
        let all = program.messages.filter { $0.parent < 0 && $0.original < 0 }
        return all.indices.filter { test(all[$0]) }
    }

    /// The place in ``sourced`` of the message on whose behalf a delivery is.
    public func origin(of delivery: UInt8) -> Int {
        let chain = chains[Int(delivery)]
        let original = Int(program.messages[chain].original)
        return original < 0 ? chain : original
    }

    /// How long the longest lease is, in microseconds; a minute at most, which is said of those without end too.
    public var leaseUs: Int64 {
        let own = topology.handlers.flatMap(\.steps).compactMap { step -> Duration? in
            if case .acquire(_, let term) = step { term.ttl } else { nil }
        }
        let longest =
            (own + [topology.settings.lock.term.ttl ?? .seconds(60)]).max() ?? .seconds(60)
        return Self.microseconds(longest)
    }

    /// How long the longest session of a consumer group is, in microseconds; a minute at most.
    public var sessionUs: Int64 {
        Self.microseconds(topology.handlers.map(\.group.session).max() ?? .seconds(60))
    }

    private static func microseconds(_ time: Duration) -> Int64 {
        let capped = min(time, .seconds(60)).components
        return capped.seconds * 1_000_000 + capped.attoseconds / 1_000_000_000_000
    }
}

extension Ratio {
    fileprivate var isDrawn: Bool { self != .zero && self != .one }
}
