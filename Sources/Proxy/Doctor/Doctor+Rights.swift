import KafkaClient
import Records

extension Doctor {
    /// Tries each right with a request that stores nothing.
    mutating func checkRights(_ source: Side, _ sink: Side) throws {
        if source.isEmbedded { noteNoneNeeded(source) } else { try checkReading(source) }
        if sink.isEmbedded {
            if target != nil { noteNoneNeeded(sink) }
        } else {
            try checkWriting(sink)
        }
    }

    private mutating func noteNoneNeeded(_ side: Side) {
        diagnosis.note(.good, side.subject("rights"), "the embedded broker asks for none")
    }

    private mutating func checkReading(_ side: Side) throws {
        for route in routes where isSeen("input \(route.input)") {
            note(.init(.read, .topic(route.input)), try mayRead(route.input, side), side)
        }
        note(.init(.read, .group(group)), try mayCommit(side), side)
    }

    private mutating func checkWriting(_ side: Side) throws {
        for route in routes {
            guard let output = route.output, isSeen("output \(output)") else { continue }
            // Nobody is asked about a topic that must not be written.
            let inputs = target == nil ? routes.map(\.input) : []
            if !shadow.refusals(outputs: [output], inputs: inputs).isEmpty { continue }
            note(.init(.write, .topic(output)), try mayWrite(output, side), side)
        }
        if isExactlyOnce { try checkTransactions(side) }
    }

    enum Answer {
        case yes
        case no
        case unknown(String)
    }

    func isSeen(_ subject: String) -> Bool {
        diagnosis.checks.contains { $0.subject == subject && $0.status == .good }
    }

    mutating func note(_ right: AccessRight, _ answer: Answer, _ side: Side) {
        switch answer {
        case .yes: diagnosis.note(.good, side.subject("rights"), "granted: \(right.name)")
        case .no: miss(right, side)
        case .unknown(let why):
            diagnosis.note(
                .untried, side.subject("rights"), "\(right.name): \(why)",
                [side.command(for: right, principal: principal)])
        }
    }

    mutating func miss(_ right: AccessRight, _ side: Side) {
        // A right that several checks lack is asked for once.
        let subject = side.subject("rights")
        let text = "missing: \(right.name)"
        if diagnosis.checks.contains(where: { $0.subject == subject && $0.text == text }) { return }
        diagnosis.note(
            right.isOptional ? .warning : .bad, subject, text,
            [side.command(for: right, principal: principal)])
    }

    /// Reads by hand, as no member of any group.
    func mayRead(_ topic: String, _ side: Side) throws -> Answer {
        var refusal: KafkaError?
        let consumer = try Consumer(side.client) { event in
            if case .error(let error) = event, error.code == .topicAuthorization { refusal = error }
        }
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        let end = ArrivalClock.monotonic() + timeout.wholeNanoseconds
        var isAnswered = false
        while ArrivalClock.monotonic() < end {
            try consumer.poll(timeout: .milliseconds(100), max: 1) { event in
                switch event {
                case .endOfPartition, .offsetOutOfRange: isAnswered = true
                case .error(let error):
                    if error.code == .topicAuthorization { refusal = error }
                default: break
                }
            } records: { _ in
                isAnswered = true
            }
            if refusal != nil { return .no }
            if isAnswered { return .yes }
        }
        return .unknown("no answer within \(timeout.components.seconds) s")
    }

    /// Commits a position of a partition that no topic has: a broker looks at the right to the group
    /// first, and then finds nothing to store.
    private func mayCommit(_ side: Side) throws -> Answer {
        let consumer = try Consumer(side.client, group: group)
        let nowhere = TopicPartition(routes.first?.input ?? "kerfuffle", .max)
        var reason = ""
        for _ in 0..<3 {
            do throws(KafkaError) {
                try consumer.commit(
                    [CommittedPosition(nowhere, offset: 0, metadata: "")], timeout: .seconds(4))
                return .yes
            } catch {
                if error.code == .groupAuthorization { return .no }
                if !error.isRetriable && error.code != .timedOut { return .yes }
                reason = error.message
            }
            // Who may not find the group's coordinator waits for it in vain, and is told so here.
            var isRefused = false
            try consumer.poll(timeout: .milliseconds(100), max: 1) { event in
                if case .error(let error) = event, error.code == .groupAuthorization {
                    isRefused = true
                }
            } records: { _ in
            }
            if isRefused { return .no }
        }
        return .unknown(reason)
    }

    /// Sends a record with a number of acknowledgements that Kafka does not know: a broker looks at the
    /// right first, and then refuses it.
    func mayWrite(_ topic: String, _ side: Side) throws -> Answer {
        var client = side.client
        for (name, value) in [
            ("enable.idempotence", "false"), ("acks", "2"), ("message.timeout.ms", "10000"),
            ("retries", "0"),
        ] {
            client.set(name, to: value)
        }
        let producer = try Producer(client)
        let record = Record(source: TopicPartition(topic, 0), offset: 0, key: nil, value: nil)
        guard try producer.produce(record, to: try producer.topic(topic), partition: 0) == .queued
        else { return .unknown("the client's queue is full") }
        _ = producer.flush(timeout: timeout)
        guard let error = producer.deliveries(ofBatch: 0).firstError else {
            return .unknown("the broker took a record that it should have refused")
        }
        switch error.code {
        case .topicAuthorization, .clusterAuthorization: return .no
        case .invalidRequiredAcks: return .yes
        default: return .unknown(error.message)
        }
    }

    // MARK: Transactions

    /// Only asking for a transactional id tells whether it may be used, and asking ends the transaction of
    /// whoever uses it: so it is asked for where nobody can.
    private mutating func checkTransactions(_ side: Side) throws {
        // With two clusters each partition has an id of its own, whatever the instance's name is.
        let instance = target == nil ? instance : nil
        let name = instance ?? "\(group).doctor"
        let right = AccessRight(
            .write,
            instance.map { .transactionalID($0) }
                ?? .transactionalIDs(prefix: target == nil ? group : "\(group)."))
        if instance != nil {
            let members = members(side)
            if members != 0 {
                return note(
                    right,
                    .unknown(
                        members == nil
                            ? "not tried: whether an instance runs cannot be seen"
                            : "not tried: the group has members, and one of them may use it"), side)
            }
        }
        let producer = try Producer(side.client, transactionalID: name)
        do throws(KafkaError) {
            try producer.initTransactions(timeout: .seconds(30))
            note(right, .yes, side)
            diagnosis.note(.good, side.subject("transactions"), "begun and left as \(name)")
        } catch {
            if error.code == .transactionalIDAuthorization {
                miss(right, side)
            } else {
                diagnosis.note(
                    .bad, side.subject("transactions"),
                    "the coordinator does not answer (\(error.message)): is "
                        + "transaction.state.log.replication.factor above the number of brokers?")
            }
        }
    }

    /// How many members the group has; nil where that cannot be seen. A group's coordinator may not be
    /// there yet on a broker that has just started.
    private func members(_ side: Side) -> Int? {
        for _ in 0..<3 {
            let found = try? side.admin.membership(ofGroup: group, timeout: timeout)
            if let found { return found.members.count }
        }
        return nil
    }
}
