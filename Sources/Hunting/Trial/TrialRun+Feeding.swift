import Foundation
import KafkaClient
import Records

extension TrialRun {
    /// Feeds everything in its order: each delivery is acknowledged before the next one is sent, and what
    /// strikes behind it strikes then.
    func feedAll(_ feed: FeedSequence) throws {
        let start = ContinuousClock.now
        for (index, item) in feed.items.enumerated() {
            if ending != nil { return }
            if item.waitsForTurn { try awaitTurn() }
            let due = start + .microseconds(item.dueUs)
            while ContinuousClock.now < due && ending == nil {
                try turn(min(.milliseconds(2), ContinuousClock.now.duration(to: due)))
            }
            for fault in item.faults where fault.kind.isOfSink { try sink(of: fault).arm(fault) }
            if let moment = item.faults.first?.once { try prepare(for: moment) }
            for sink in sinks.values { sink.noteFeeding() }
            try send(item, batch: index)
            for fault in item.faults where ending == nil { try strike(fault) }
        }
        for sink in sinks.values { sink.noteFeedingOver() }
        for fault in feed.atEnd where ending == nil {
            if fault.kind.isOfSink { try sink(of: fault).arm(fault) }
            try strike(fault)
        }
    }

    private func sink(of fault: SystemFault) throws -> HTTPSink {
        let only = sinks.count == 1 ? sinks.first?.value : nil
        if let sink = fault.sink.map({ sinks[$0] }) ?? only { return sink }
        let names = sinks.keys.sorted().joined(separator: ", ")
        throw HuntError(
            .input,
            "\(fault.text): the hunt file serves "
                + (names.isEmpty ? "no HTTP sink" : "the sinks \(names)"))
    }

    private func send(_ item: FeedSequence.Item, batch: Int) throws {
        var record = item.record
        let source = record.source
        let name = broker.topic(source.topic)
        let topic = try producer.topic(name)
        if !hunt.input.usesOwnTimes { record.timestamp = .none }
        while try producer.produce(record, to: topic, partition: source.partition, batch: batch)
            == .queueFull
        { producer.poll(timeout: .milliseconds(5)) }
        let limit = now + .seconds(30)
        while producer.deliveries(ofBatch: batch).outstanding > 0 {
            producer.poll(timeout: .milliseconds(2))
            noteTime()
            if now > limit {
                throw HuntError(.broker, "\(item.name) was not acknowledged within 30s")
            }
        }
        if let error = producer.deliveries(ofBatch: batch).firstError { throw error }
        producer.forget(batch: batch)
        ends[TopicPartition(name, source.partition), default: 0] += 1
        fed.append(item)
        noteActivity()
        broker.poll()
    }

    // MARK: Faults

    private func strike(_ fault: SystemFault) throws {
        if fault.kind.isOfSink {
            let sink = try sink(of: fault)
            let limit = now + SystemFault.sinkWait
            while sink.isArmed, ending == nil, now < limit {
                try turn(.milliseconds(2))
            }
            return
        }
        if let moment = fault.once, canCome(moment) {
            try awaitMoment(moment)
            if fault.delayUs > 0 || !fault.kind.endsAtOnce { victim?.process?.signal(SIGCONT) }
        } else {
            try awaitFetch()
        }
        try wait(.microseconds(fault.delayUs))
        guard ending == nil else { return }
        switch fault.kind {
        case .kill: try restart(victim) { $0.process?.end() }
        case .term: try restart(victim, by: stop)
        case .pause:
            victim?.process?.signal(SIGSTOP)
            try wait(.microseconds(fault.lengthUs))
            victim?.process?.signal(SIGCONT)
        case .loseState:
            try restart(victim) { copy in
                copy.process?.end()
                self.emptyState()
            }
        case .join:
            try addCopy()
            if let copy = copies.last { try noteStart(of: copy) }
        case .leave:
            let others = copies.filter { $0.process != nil }
            guard others.count > 1, let last = others.last else { return }
            stop(last)
        case .failAnswer, .loseAnswer, .slowAnswer: break
        }
        noteActivity()
    }

    /// The embedded broker answers a fetch that found nothing after the client's `fetch.wait.max.ms` (500 ms by default)
    /// and no sooner, whatever came meanwhile. So that a fault does not strike an idle system, its delay counts from
    /// the next fetch, which gets what was fed; who does not ask within that time is busy or stands still.
    private func awaitFetch() throws {
        guard let before = broker.fetches else { return }
        let limit = now + .milliseconds(600)
        while ending == nil, now < limit {
            try wait(.milliseconds(2))
            if (broker.fetches ?? 0) > before { return }
        }
    }

    /// The copy that faults strike: the first that runs.
    var victim: SystemCopy? { copies.first { $0.process != nil } }

    private func restart(_ copy: SystemCopy?, by end: (SystemCopy) -> Void) throws {
        guard let copy, copy.process != nil else { return }
        copy.isExpectedToEnd = true
        end(copy)
        cpuMs += copy.process?.cpuMs ?? 0
        copy.process = nil
        try noteStart(of: copy)
        try start(copy)
    }

    private func emptyState() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: place.state)) ?? [] {
            try? files.removeItem(atPath: place.state + "/" + name)
        }
    }

    /// Asks a copy to end, and ends it where it does not.
    func stop(_ copy: SystemCopy) {
        copy.isExpectedToEnd = true
        guard let process = copy.process else { return }
        process.signal(system.stopSignal)
        let limit = now + system.stopWithin
        while !process.hasEndedWithChildren && now < limit {
            noteTime()
            broker.poll()
            usleep(2000)
        }
        process.end()
        cpuMs += process.cpuMs
        copy.process = nil
    }
}
