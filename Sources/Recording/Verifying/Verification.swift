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
            /// Deliveries that should be there are not; what follows them is.
            case missing
            /// Some are there that should not be: records before once more, or others.
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
    /// Deliveries that were there once more, of windows that a schedule says were sent again.
    public private(set) var repeated = 0
    /// Offsets of the input that were gone before they were read: the schedule says which.
    public private(set) var lostOffsets: Int64 = 0
    /// What a failed recording has no word of, by input partition.
    public struct Unrecorded: Hashable, Sendable {
        public var source: TopicPartition
        /// Offsets of the input from here on are in no file.
        public var start: Offset
        /// The first one that is in a file again; nil where it is not known.
        public var end: Offset?
        /// Deliveries that were found for them.
        public var deliveries: Int
        /// They were recorded, and retention has removed that.
        public var isRemoved: Bool
    }

    public private(set) var unrecorded: [Unrecorded] = []
    /// At most one for each partition.
    public private(set) var differences: [Difference] = []

    /// - Parameters:
    ///   - expected: what files say.
    ///   - delivered: what was found.
    ///   - repeats: what may be there more than files say; none without it.
    ///   - output: the topic that an input topic was sent to.
    ///   - progress: told now and then how many deliveries were found right.
    /// - Throws: `RecordingError` for the files, and what `delivered` throws.
    /// - Complexity: O(bytes of the output); memory as `delivered` says.
    public init(
        _ expected: ExpectedOutput, against delivered: DeliveredRecords,
        allowing repeats: RepeatedDeliveries? = nil, output: (String) -> String,
        progress: (Int) -> Void = { _ in }
    ) throws {
        var lanes: [TopicPartition: Lane] = [:]
        var repeats = repeats
        while let pieces = try expected.next() {
            for piece in pieces {
                let lane: Lane
                if let known = lanes[piece.source] {
                    lane = known
                } else {
                    lane = Lane(
                        TopicPartition(output(piece.source.topic), piece.source.partition),
                        delivered)
                    lanes[piece.source] = lane
                }
                verified += try lane.compare(piece, allowing: &repeats)
            }
            progress(verified)
        }
        lostOffsets = expected.lostOffsets
        for (source, lane) in lanes {
            try lane.passOver(&repeats, of: source)
            repeated += lane.repeated
            if let difference = try lane.difference() { differences.append(difference) }
        }
        // Behind the last record that a file holds anything may stand where more was sent than that.
        var open: [TopicPartition: Int] = [:]
        for gap in expected.chain.unrecorded {
            let name = TopicPartition(output(gap.source.topic), gap.source.partition)
            let skipped = gap.isClosed ? lanes[gap.source]?.nextSkipped() : nil
            if skipped == nil { open[name] = unrecorded.count }
            unrecorded.append(
                Unrecorded(
                    source: gap.source, start: gap.start, end: gap.end, deliveries: skipped ?? 0,
                    isRemoved: gap.isRemoved))
        }
        let failed = Set(differences.map(\.source))
        var places: [TopicPartition: Int] = [:]
        for lane in lanes.values { places[lane.output] = lane.place }
        for (source, count) in try delivered.drain() where !failed.contains(source) {
            if let gap = open[source] {
                unrecorded[gap].deliveries = count
                continue
            }
            let place = places[source] ?? 0
            let records = count == 1 ? "1 record" : "\(count) records"
            differences.append(
                Difference(
                    source: source, delivery: place, kind: .long,
                    explanation: "\(records) more than the \(place) that should be there"))
        }
        differences.sort { $0.source < $1.source }
    }

    /// One partition of the output.
    private final class Lane {
        let output: TopicPartition
        /// Deliveries that were right so far.
        private(set) var place = 0
        private let delivered: DeliveredRecords
        private let queue: DeliveredRecords.Queue
        /// The last pieces, as much of them as an explanation looks back at.
        private var last: [ExpectedOutput.Piece] = []
        private var failure: Neighbourhood?
        /// Deliveries of stretches that are in no file, one behind the other.
        private var skipped: [Int] = []
        private var isBehindGap = false
        /// Deliveries that were there once more.
        private(set) var repeated = 0

        init(_ output: TopicPartition, _ delivered: DeliveredRecords) {
            self.output = output
            self.delivered = delivered
            queue = delivered.queue(of: output)
        }

        /// - Returns: deliveries of the piece that are right; after the first that is not, none.
        func compare(
            _ piece: ExpectedOutput.Piece, allowing repeats: inout RepeatedDeliveries?
        ) throws -> Int {
            if failure != nil {
                failure?.expect(piece, from: 0)
                return 0
            }
            let count = piece.outcome.deliveries.count
            if piece.followsUnrecorded { isBehindGap = true }
            if isBehindGap && count > 0 { try find(piece) }
            var position = 0
            while position < count {
                var met = 0
                if try delivered.fill(queue) {
                    met = piece.countMet(from: position, by: queue.block, from: queue.head)
                }
                if met == 0 {
                    if try passOver(&repeats, of: piece.source, most: 1) { continue }
                    fail(piece, at: position)
                    break
                }
                queue.take(met)
                position += met
            }
            place += position
            if count > 0 { remember(piece) }
            return position
        }

        /// Passes over deliveries that came again; false where there is none. After a difference none is
        /// looked for.
        @discardableResult
        func passOver(
            _ repeats: inout RepeatedDeliveries?, of source: TopicPartition, most: Int = .max
        ) throws -> Bool {
            guard repeats != nil, failure == nil else { return false }
            var count = 0
            while count < most, try delivered.fill(queue),
                repeats?.take(queue.block.record(at: queue.head), of: source) == true
            {
                queue.take(1)
                count += 1
            }
            repeated += count
            return count > 0
        }

        /// Passes over deliveries that are in no file, up to where the next ones stand that are: as many of
        /// them in a row as the piece has, a hundred at the most.
        private func find(_ piece: ExpectedOutput.Piece) throws {
            isBehindGap = false
            let wanted = min(piece.outcome.deliveries.count, 100)
            var count = 0
            while try delivered.fill(queue, to: wanted) {
                if piece.countMet(from: 0, by: queue.block, from: queue.head) >= wanted { break }
                queue.take(1)
                count += 1
            }
            skipped.append(count)
        }

        /// Deliveries of the next stretch that is in no file; nil where nothing recorded followed it.
        func nextSkipped() -> Int? { skipped.isEmpty ? nil : skipped.removeFirst() }

        private func remember(_ piece: ExpectedOutput.Piece) {
            last.append(piece)
            var behind = last.dropFirst().reduce(0) { $0 + $1.outcome.deliveries.count }
            while last.count > 1, behind >= Neighbourhood.reach {
                last.removeFirst()
                behind -= last[0].outcome.deliveries.count
            }
        }

        private func fail(_ piece: ExpectedOutput.Piece, at position: Int) {
            var before: [Expectation] = []
            for piece in last {
                before += piece.outcome.deliveries.suffix(Neighbourhood.reach).map {
                    Expectation(piece: piece, delivery: $0)
                }
            }
            before += piece.outcome.deliveries[..<position].suffix(Neighbourhood.reach).map {
                Expectation(piece: piece, delivery: $0)
            }
            var failure = Neighbourhood(before: before.suffix(Neighbourhood.reach))
            failure.expect(piece, from: position)
            self.failure = failure
            delivered.keep(Neighbourhood.reach, in: queue)
        }

        /// What is wrong with the partition, once everything expected was seen.
        func difference() throws -> Difference? {
            guard var failure else { return nil }
            _ = try delivered.fill(queue, to: Neighbourhood.reach)
            let end = queue.head + min(queue.count, Neighbourhood.reach)
            failure.found = RecordBlock(source: output)
            try failure.found.append(queue.block, queue.head..<end)
            let (kind, text) = try failure.explained()
            return Difference(source: output, delivery: place, kind: kind, explanation: text)
        }
    }
}
