/// Where each message of a program belongs, found out by having a simulator make and place it.
struct MessageLayout {
    private let program: Program
    private let most: Int
    private(set) var groups: [Int32] = []
    private(set) var nodes: [Range<Int32>] = []
    /// Whether messages are dealt out to nodes before they are begun.
    private(set) var deals: [Bool] = []
    /// Messages of each handler that were dealt out so far.
    private var dealt: [Int: Int32] = [:]

    init(_ program: Program, most: Int) {
        self.program = program
        self.most = most
        let simulator = Simulator(program, SeededChoices())
        for unit in program.handlers.indices {
            groups.append(simulator.stations[unit].groupCount)
            nodes.append(simulator.stations[unit].nodes)
            deals.append(simulator.stations[unit].dealing.isOn)
        }
    }

    /// Messages of all sources, one of each source in turn, then what their handlers publish.
    ///
    /// - Parameter copies: behind them, so often at most for each reason, each message that a source or a topic's plan
    ///   sends once more.
    mutating func laidOut(copies: Int = 0) -> [StepProgram.Message] {
        var simulator = Simulator(program, SeededChoices())
        var messages: [StepProgram.Message] = []
        var rows: [Int32] = []
        var isOpen = true
        while isOpen {
            isOpen = false
            for source in program.topology.sources.indices
            where messages.count < most && simulator.canMake(source) {
                isOpen = true
                let row = simulator.makeMessage(source)
                rows.append(row)
                messages.append(
                    placed(row, &simulator, source: Int32(source), parent: -1, publisher: -1))
            }
        }
        var next = 0
        while next < messages.count && messages.count < StepProgram.mostMessages {
            publish(next, rows[next], &simulator, &messages, &rows)
            bury(next, rows[next], &simulator, &messages, &rows)
            next += 1
        }
        let topics = PlannedTopics(program.handlers, program.topology, seed: program.seed)
        topics.plan(&messages)
        for index in messages.indices {
            for kind in copies > 0 ? self.copies(of: messages[index], most: copies) : [] {
                let row = simulator.messages.take()
                simulator.messages[row] = simulator.messages[rows[index]]
                (simulator.messages[row].group, simulator.messages[row].lane) = (0, -1)
                var copy = placed(
                    row, &simulator, source: messages[index].source,
                    parent: messages[index].parent, publisher: messages[index].publisher,
                    original: Int32(index))
                copy.planned = messages[index].planned
                copy.copy = kind
                messages.append(copy)
            }
        }
        return messages
    }

    /// Who sends a message once more, and how often.
    private func copies(
        of message: StepProgram.Message, most: Int
    ) -> [StepProgram.CopyKind] {
        let source = program.topology.sources[Int(message.source)]
        let isSentTwice = message.parent < 0 && source.duplicates != nil
        let planned = message.planned
        // What handlers publish may go to its topic as often as they do so.
        func count(_ copies: Int32) -> Int {
            message.parent >= 0 && copies > 0 ? most : min(most, Int(copies))
        }
        return (isSentTwice ? [.source] : [])
            + Array(repeating: .adjacent, count: count(planned.adjacent))
            + Array(repeating: .anywhere, count: count(planned.anywhere))
    }

    private mutating func publish(
        _ parent: Int, _ row: Int32, _ simulator: inout Simulator<SeededChoices>,
        _ messages: inout [StepProgram.Message], _ rows: inout [Int32]
    ) {
        let unit = Int(messages[parent].unit)
        let first = program.units[unit].first
        let end =
            unit + 1 < program.units.count
            ? program.units[unit + 1].first : program.operations.count
        for index in first..<end where program.operations[index].code == .publish {
            let child = simulator.messages.take()
            simulator.messages[child] = simulator.messages[row]
            simulator.messages[child].number = Simulator<SeededChoices>.childNumber(
                of: messages[parent].number, program.operations[index].site)
            simulator.messages[child].queue = program.operations[index].object
            (simulator.messages[child].group, simulator.messages[child].lane) = (0, -1)
            rows.append(child)
            messages.append(
                placed(
                    child, &simulator, source: messages[parent].source, parent: Int32(parent),
                    publisher: Int32(index)))
        }
    }

    /// Where a handler reads dead letters, each message may become one, with the name that it has.
    private mutating func bury(
        _ parent: Int, _ row: Int32, _ simulator: inout Simulator<SeededChoices>,
        _ messages: inout [StepProgram.Message], _ rows: inout [Int32]
    ) {
        let target = simulator.deadLetterTargets[Int(simulator.messages[row].queue)]
        guard target >= 0, simulator.deadLetterQueues[Int(target)].isRead else { return }
        let child = simulator.messages.take()
        simulator.messages[child] = simulator.messages[row]
        simulator.messages[child].queue = target
        (simulator.messages[child].group, simulator.messages[child].lane) = (0, -1)
        rows.append(child)
        messages.append(
            placed(
                child, &simulator, source: messages[parent].source, parent: Int32(parent),
                publisher: StepProgram.Message.deadLetter))
    }

    private mutating func placed(
        _ row: Int32, _ simulator: inout Simulator<SeededChoices>, source: Int32, parent: Int32,
        publisher: Int32, original: Int32 = -1
    ) -> StepProgram.Message {
        let unit = simulator.readers[Int(simulator.messages[row].queue)]
        simulator.place(row, unit)
        let hasPartitions = simulator.stations[unit].partitions > 0
        let message = simulator.messages[row]
        let turn = simulator.turn(of: row, unit)
        var (group, lane) = (message.group, message.lane)
        if simulator.stations[unit].dealing.isOn && simulator.stations[unit].dealing.isInTurn {
            // Dealt out to nodes one after the other, each with lanes of its own.
            group = dealt[unit, default: 0] % groups[unit]
            dealt[unit, default: 0] += 1
            lane = turn < 0 ? -1 : turn * groups[unit] + group
        }
        return StepProgram.Message(
            number: message.number, key: message.key, unit: Int32(unit), source: source,
            parent: parent, publisher: publisher, group: group, lane: lane, turn: turn,
            partition: hasPartitions ? simulator.partition(of: row, unit) : -1,
            isPoison: message.isPoison, isKeyless: simulator.isKeyless(row), original: original)
    }
}
