import Foundation
import KafkaClient
import Records

extension HuntWorker {
    /// Takes orders, and gives up those of partitions that the group gives to others.
    func poll() throws {
        try consumer.poll(timeout: .milliseconds(50), max: 100) { event in
            switch event {
            case .revoked(let partitions):
                commit()
                giveUp(partitions)
            case .lost(let partitions): giveUp(partitions)
            case .offsetOutOfRange(_, let error), .error(let error):
                if error.isFatal || !error.isRetriable { throw error }
            case .assigned, .endOfPartition, .maxPollExceeded: break
            }
        } records: { message in
            try take(try message.record(of: consumer))
        }
    }

    /// What is under way is brought to its end: its answer may still be the first.
    private func giveUp(_ partitions: [TopicPartition]) {
        ledger.drop(partitions)
        queue.removeAll { !ledger.holds($0.key) }
    }

    private func take(_ record: Record) throws {
        // What the hunt that goes on has written can be read: it speaks this form, or its notice would have been
        // refused. Anything else is left over.
        guard let order = try? HuntMessage.read(TrialOrder.self, record) else {
            let nobody = OrderLedger.Key(run: "", number: 0)
            ledger.take(nobody, from: record.source, at: record.offset)
            return ledger.finish(nobody)
        }
        ledger.take(order.key, from: record.source, at: record.offset)
        // A notice is acknowledged before the first order of its run is written.
        if order.run != notice?.run { try readRuns() }
        guard order.run == notice?.run, !answered.contains(order.key) else {
            return ledger.finish(order.key)
        }
        if running.contains(order.key) || queue.contains(where: { $0.key == order.key }) { return }
        queue.append(order)
    }

    /// Each trial has a thread.
    func startQueued() {
        while running.count < width, !queue.isEmpty {
            let order = queue.removeFirst()
            running.insert(order.key)
            let thread = Thread { [run, name, finished] in
                let end = Self.end(of: order, in: run, by: name)
                finished.list.withLock { $0.append(end) }
            }
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    private static func end(of order: TrialOrder, in run: HuntRun, by name: String) -> Finished {
        var answer = TrialAnswer(
            run: order.run, number: order.number, input: order.input, worker: name, summary: nil,
            error: nil)
        do {
            let input = try run.input(order.number, knowing: order.corpus)
            guard input.digest == order.input else {
                throw HuntError(
                    .input,
                    "trial \(order.number) has another input here than the hunt's: one of both is another version of "
                        + "kerfuffle")
            }
            answer.summary = try run.judged(input).0
        } catch let error as HuntError where error.kind == .stopped {
            return Finished(key: order.key, answer: nil, failure: nil)
        } catch let error as HuntError where error.kind == .system {
            answer.error = error.description
        } catch {
            return Finished(key: order.key, answer: nil, failure: error)
        }
        return Finished(key: order.key, answer: answer, failure: nil)
    }

    /// A position that is not stored only means that an order is carried out twice.
    func commit() {
        let positions = ledger.positions().sorted { $0.key < $1.key }
            .map { CommittedPosition($0.key, offset: $0.value) }
        if positions.isEmpty { return }
        do throws(KafkaError) {
            try consumer.commit(positions, timeout: HuntTopics.patience)
        } catch { tell("positions were not stored: \(error)") }
    }
}

extension TrialOrder {
    var key: OrderLedger.Key { OrderLedger.Key(run: run, number: number) }
}
