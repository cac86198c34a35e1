import Perturbation
import Records

/// Compares what was delivered with what a recording and its schedule say, delivery by delivery.
///
/// Keys, values, headers (their order and repeats included) and timestamps must be equal; offsets are
/// the output's own. It knows neither the generator nor the emitter.
public struct Verification: Sendable {
    /// The first delivery of a partition that is not as it should be.
    public struct Difference: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            /// A delivery that should be there is not; what follows it is.
            case missing
            /// One is there that should not be: the record before again, or another.
            case extra
            /// A record stands where another should.
            case order
            /// The right record, changed.
            case changed
            /// Fewer deliveries than there should be.
            case short
            /// More deliveries than there should be.
            case long
        }

        /// The partition of the output.
        public var source: TopicPartition
        /// Counted from 0 within the partition's output.
        public var delivery: Int
        public var kind: Kind
        /// One sentence: what should be there, and what is.
        public var explanation: String
    }

    /// Deliveries that were compared and found right.
    public private(set) var verified = 0
    /// At most one for each partition.
    public private(set) var differences: [Difference] = []

    private var index: [TopicPartition: Int] = [:]
    private var failed: Set<TopicPartition> = []
    /// A difference at the end of a piece: the next piece tells whether a delivery is missing.
    private var suspended: [TopicPartition: (found: Record, expected: String, fields: [String])] =
        [:]

    /// - Parameters:
    ///   - expected: what files say.
    ///   - delivered: what was found.
    ///   - output: the topic that an input topic was sent to.
    public init(
        _ expected: ExpectedOutput, against delivered: DeliveredRecords,
        output: (String) -> String
    ) throws {
        while let pieces = try expected.next() {
            for piece in pieces {
                let source = TopicPartition(output(piece.source.topic), piece.source.partition)
                try resolve(source, with: piece)
                if failed.contains(source) { continue }
                try compare(piece, with: delivered, source)
            }
        }
        for source in suspended.keys.sorted() { try resolve(source, with: nil) }
        for (source, count) in try delivered.drain().sorted(by: { $0.key < $1.key })
        where !failed.contains(source) {
            let place = index[source, default: 0]
            differences.append(
                Difference(
                    source: source, delivery: place, kind: .long,
                    explanation: "\(count) more than the \(place) that should be there"))
        }
        differences.sort { $0.source < $1.source }
    }

    private mutating func compare(
        _ piece: ExpectedOutput.Piece, with delivered: DeliveredRecords, _ source: TopicPartition
    ) throws {
        for (position, delivery) in piece.outcome.deliveries.enumerated() {
            let expected = try Expectation(piece, delivery)
            let place = index[source, default: 0]
            let fields = try delivered.take(from: source) { block, index in
                expected.differences(from: block, index)
            }
            guard let fields else {
                return fail(
                    source, place, .short, "\(expected) is not there; the output ends before it")
            }
            if !fields.isEmpty {
                return try explain(fields, piece, position, delivered, source, place)
            }
            index[source] = place + 1
            verified += 1
        }
    }

    private mutating func fail(
        _ source: TopicPartition, _ place: Int, _ kind: Difference.Kind, _ explanation: String
    ) {
        failed.insert(source)
        differences.append(
            Difference(source: source, delivery: place, kind: kind, explanation: explanation))
    }

    /// Says what happened: which of the neighbouring deliveries the found one is.
    private mutating func explain(
        _ fields: [String], _ piece: ExpectedOutput.Piece, _ position: Int,
        _ delivered: DeliveredRecords, _ source: TopicPartition, _ place: Int
    ) throws {
        let deliveries = piece.outcome.deliveries
        let expected = try Expectation(piece, deliveries[position])
        // `take` has gone past the record that differs: what follows it is the one to look at now.
        let following = try delivered.peek(source) { block, index in
            expected.differences(from: block, index).isEmpty
        }
        let found = delivered.last(source)
        if let match = try nearby(piece, position, found) {
            let other = try Expectation(piece, deliveries[match])
            if match == position + 1 && following != true {
                return fail(source, place, .missing, "\(expected) is missing; \(other) stands here")
            }
            if match < position {
                return fail(
                    source, place, .extra, "\(other) stands here once more, before \(expected)")
            }
            return fail(source, place, .order, "\(other) stands here in place of \(expected)")
        }
        if following == true {
            return fail(
                source, place, .extra,
                "a record that should not be there stands before \(expected)")
        }
        if position + 1 == deliveries.count, let found {
            suspended[source] = (found, expected.description, fields)
            failed.insert(source)
            return
        }
        fail(
            source, place, .changed,
            "\(expected) differs in \(fields.joined(separator: " and "))")
    }

    /// Decides on a suspended difference: is what was found the first delivery of the next piece?
    private mutating func resolve(
        _ source: TopicPartition, with piece: ExpectedOutput.Piece?
    ) throws {
        guard let difference = suspended[source] else { return }
        let place = index[source, default: 0]
        if let piece, let next = piece.outcome.deliveries.first {
            var block = RecordBlock(source: difference.found.source)
            try block.append(difference.found)
            let following = try Expectation(piece, next)
            if following.differences(from: block, 0).isEmpty {
                suspended[source] = nil
                return fail(
                    source, place, .missing,
                    "\(difference.expected) is missing; \(following) stands here")
            }
        } else if piece != nil {
            return
        }
        suspended[source] = nil
        fail(
            source, place, .changed,
            "\(difference.expected) differs in \(difference.fields.joined(separator: " and "))")
    }

    /// The delivery of this piece, near the given place, that the found record is.
    private func nearby(
        _ piece: ExpectedOutput.Piece, _ position: Int, _ found: Record?
    ) throws -> Int? {
        guard let found else { return nil }
        var block = RecordBlock(source: found.source)
        try block.append(found)
        let deliveries = piece.outcome.deliveries
        let near = (1...64).flatMap { [position - $0, position + $0] }
        for candidate in near where deliveries.indices.contains(candidate) {
            if try Expectation(piece, deliveries[candidate]).differences(from: block, 0).isEmpty {
                return candidate
            }
        }
        return nil
    }
}
