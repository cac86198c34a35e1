import KafkaClient
import Records

/// A hunt's side of the topics: orders trials from whoever works on them and takes their answers. For one thread.
public final class WorkerCrew {
    private let topics: HuntTopics
    private let writer: TopicWriter
    private let runs: TopicReader
    private let results: TopicReader
    private let orders: [TopicPartition]
    private let shouldStop: () -> Bool
    private let tell: (String) -> Void
    private var notice: RunNotice?
    /// Orders of this run that an earlier process of it wrote and no worker has done with.
    private var waiting: Set<Int> = []
    /// Answers that nobody has asked for yet: the first of each trial.
    private var found: [Int: TrialAnswer] = [:]

    /// - Parameters:
    ///   - tell: takes sentences for whoever watches.
    ///   - shouldStop: asked often; where it says so, calls end with `HuntError` of kind `stopped`.
    /// - Throws: `KafkaError`, `ConfigurationError` where the cluster cannot be used.
    public init(
        _ topics: HuntTopics, tell: @escaping (String) -> Void, shouldStop: @escaping () -> Bool
    ) throws {
        self.topics = topics
        self.tell = tell
        self.shouldStop = shouldStop
        let counts = try topics.prepare()
        orders = HuntTopics.all(topics.trials, counts[topics.trials])
        writer = try TopicWriter(topics.client)
        runs = try TopicReader(topics.client, HuntTopics.all(topics.runs, counts[topics.runs]))
        results = try TopicReader(
            topics.client, HuntTopics.all(topics.results, counts[topics.results]))
    }

    /// Tells workers that the hunt goes on, and finds out what an earlier process of it has ordered.
    ///
    /// A worker answers before it commits. So what is not committed is still to come, and what is committed has
    /// its answer in the topic, provided that positions are read before answers.
    func begin(_ notice: RunNotice) throws {
        self.notice = notice
        let asker = try Consumer(topics.client, group: topics.group)
        let committed = try asker.committed(orders, timeout: HuntTopics.patience)
        try asker.close()
        let log = try TopicReader(topics.client, orders, from: committed.mapValues(\.offset))
        try log.readToEnd(shouldStop: shouldStop) { record in
            guard let order = try? HuntMessage.read(TrialOrder.self, record),
                order.run == notice.run
            else { return }
            waiting.insert(order.number)
        }
        try results.readToEnd(shouldStop: shouldStop) { record in
            // What could not be run in an earlier process may be run now.
            if let answer = answer(in: record), answer.error == nil { keep(answer) }
        }
        try runs.readToEnd(shouldStop: shouldStop) { _ in }
        try write(notice)
    }

    /// Tells workers that the hunt is over.
    public func end() throws {
        guard var notice else { return }
        notice.state = .ended
        self.notice = nil
        try write(notice)
    }

    private func write(_ notice: RunNotice) throws {
        try writer.write([(notice.run, try HuntMessage.bytes(notice), 0)], to: topics.runs)
    }

    /// Has trials run, so many at a time that every partition has some; returns when all are answered or the time
    /// is over.
    ///
    /// - Parameters:
    ///   - order: of a run and a number.
    ///   - done: takes each trial's first answer.
    /// - Throws: `HuntError`: a trial could not be run, another hunt took the topics over.
    func carryOut(
        _ numbers: [Int], order: (String, Int) throws -> TrialOrder, isOver: () -> Bool,
        done: (TrialAnswer, TrialSummary) throws -> Void
    ) throws {
        guard let notice else { return }
        var left = numbers[...]
        var inputs: [Int: String] = [:]
        var silence = Silence()
        while !left.isEmpty || !inputs.isEmpty {
            if shouldStop() { throw HuntError(.stopped, "stopped") }
            if isOver() { return }
            try checkRuns(notice)
            var new: [TrialOrder] = []
            while inputs.count < 4 * orders.count, let number = left.popFirst() {
                let order = try order(notice.run, number)
                inputs[number] = order.input
                if found[number] == nil, !waiting.contains(number) { new.append(order) }
            }
            try writer.write(try new.map(message), to: topics.trials)
            try results.next(within: .milliseconds(100)).compactMap(answer).forEach(keep)
            for (number, answer) in found.sorted(by: { $0.key < $1.key }) {
                guard let input = inputs[number] else { continue }
                if let error = answer.error {
                    throw HuntError(.system, "trial \(number) on \(answer.worker): \(error)")
                }
                guard let summary = answer.summary, answer.input == input else { continue }
                inputs[number] = nil
                found[number] = nil
                silence.end()
                try done(answer, summary)
            }
            if silence.isToBeTold { tell(missing) }
        }
    }

    private func message(of order: TrialOrder) throws -> (String, [UInt8], Int32) {
        (
            "\(order.run)/\(order.number)", try HuntMessage.bytes(order),
            Int32(order.number % orders.count)
        )
    }

    /// nil where it is another run's.
    private func answer(in record: Record) -> TrialAnswer? {
        let answer = try? HuntMessage.read(TrialAnswer.self, record)
        return answer?.run == notice?.run ? answer : nil
    }

    private func keep(_ answer: TrialAnswer) {
        if found[answer.number] == nil { found[answer.number] = answer }
    }

    private func checkRuns(_ own: RunNotice) throws {
        for record in try runs.next(within: .zero) {
            let other = try HuntMessage.read(RunNotice.self, record)
            guard other.run != own.run, other.state == .begun else { continue }
            throw HuntError(
                .input,
                "another hunt (\(other.file)) has taken over the topics \(topics.prefix).*: one "
                    + "hunt at a time; --via-prefix names others")
        }
    }

    private var missing: String {
        let words = "kerfuffle worker FILE --via \(topics.servers) --via-prefix \(topics.prefix)"
        let members = (try? Admin(topics.client))
            .flatMap { try? $0.membership(ofGroup: topics.group, timeout: .seconds(5)).members }
        return members == []
            ? "no worker is there: start \(words)"
            : "no answer for a while; are there workers (\(words))?"
    }

    /// How long nothing came.
    private struct Silence {
        private var next = ContinuousClock.now + .seconds(20)

        mutating func end() { next = .now + .seconds(60) }

        var isToBeTold: Bool {
            mutating get {
                guard ContinuousClock.now > next else { return false }
                next = .now + .seconds(60)
                return true
            }
        }
    }
}
