import Simulation

/// Short numbers of messages, which tell those of several sources and handlers apart.
struct MessageNumbers {
    private let numbers: [Int64: Int64]
    private let names: [Int64: String]

    init(_ model: Model) {
        let messages = model.program.messages
        var numbers: [Int64: Int64] = [:]
        var names: [Int64: String] = [:]
        for (index, message) in messages.enumerated()
        where message.original < 0 && message.publisher != StepProgram.Message.deadLetter {
            numbers[message.number] = Int64(index)
            if message.parent < 0 {
                guard model.topology.sources.count > 1 else { continue }
                let source = model.topology.sources[Int(message.source)].name
                names[Int64(index)] =
                    "message \(SiteNames.short(message.number)) of \(source)"
            } else {
                let handler = model.program.units[Int(messages[Int(message.parent)].unit)].name
                names[Int64(index)] =
                    "what \(handler) publishes for message \(message.parent)"
            }
        }
        (self.numbers, self.names) = (numbers, names)
    }

    func renumbered(_ entry: TraceEntry) -> TraceEntry {
        guard let number = numbers[entry.message], number != entry.message else { return entry }
        return TraceEntry(
            entry.what, timeNs: entry.timeNs, actor: entry.actor, unit: entry.unit,
            message: number, key: entry.key, attempt: entry.attempt, footprint: entry.footprint,
            value: entry.value, version: entry.version)
    }

    /// `Message 1 is message 0 of refunds.`: a sentence for each that needs one.
    func words(_ entries: [TraceEntry]) -> [String] {
        Set(entries.map(\.message)).sorted().compactMap { number in
            names[number].map { "Message \(number) is \($0)." }
        }
    }
}
