import Configuration
import Perturbation
import Records

extension StepProgram {
    /// What the plan of its topic may do to a message.
    package struct Planned: BitwiseCopyable, Sendable {
        package var drop = Instruction.Likelihood.never
        package var isCorruptible = false
        /// How many copies of it there can be right behind it, and anywhere in its window.
        package var adjacent: Int32 = 0
        package var anywhere: Int32 = 0
    }

    /// The windows in which a topic's plan has its records come.
    package struct Windows: Sendable {
        package enum Order: Hashable, Sendable {
            case kept, perKey, any
            /// No record moves further than so many places.
            case displaced(Int32)
            /// Sorted by (place x step + a number from 0 to `most`, place).
            case jittered(step: Int32, most: Int32)
        }

        /// The most records of one.
        package var most: Int32
        /// Of each partition; one where there are none.
        package var orders: [Order]
        /// The order rules that are for some records of a partition alone.
        package var mixed: [String]
        /// Rules that look at offsets.
        package var ofOffsets: [String]
    }
}

/// The plans of topics without their draws: which records a rule is for is asked of the engine.
struct PlannedTopics {
    private let plans: [TopicPlan?]
    private let topics: [String]
    private let seed: String

    init(_ handlers: [Handler], _ topology: Topology, seed: String) {
        topics = handlers.map(\.queue)
        plans = topics.map { name in topology.queues.first { $0.name == name }?.perturb }
        self.seed = seed
    }

    /// Says of each message what may become of it.
    func plan(_ messages: inout [StepProgram.Message]) {
        let offsets = offsets(messages)
        for index in messages.indices {
            guard let plan = plans[Int(messages[index].unit)]?.plan else { continue }
            for rule in plan.rules
            where matches(rule, messages[index], offsets[index]) {
                messages[index].planned.note(rule.action)
            }
        }
    }

    /// - Returns: nil where the topic has no plan.
    func windows(_ unit: Int, _ messages: [StepProgram.Message]) -> StepProgram.Windows? {
        guard let plan = plans[unit]?.plan else { return nil }
        let own = messages.indices.filter {
            Int(messages[$0].unit) == unit && messages[$0].original < 0
        }
        let offsets = offsets(messages)
        let partitions = own.map { max(0, messages[$0].partition) }.max() ?? 0
        var windows = StepProgram.Windows(
            most: Int32(clamping: plan.window.records.upperBound),
            orders: [], mixed: [],
            ofOffsets: plan.rules.filter(\.looksAtOffsets).map(\.name))
        for partition in 0...partitions {
            let records = own.filter { max(0, messages[$0].partition) == partition }
            var order = StepProgram.Windows.Order.kept
            for rule in plan.rules {
                guard case .order(let wanted) = rule.action else { continue }
                let matched = records.count { matches(rule, messages[$0], offsets[$0]) }
                if matched == 0 { continue }
                if matched < records.count { windows.mixed.append(rule.name) }
                order = StepProgram.Windows.Order(wanted)
                break
            }
            windows.orders.append(order)
        }
        return windows
    }

    /// Where each message stands in its partition while they come in this order.
    private func offsets(_ messages: [StepProgram.Message]) -> [Offset] {
        var next: [Int64: Offset] = [:]
        return messages.map { message in
            guard message.original < 0 else { return 0 }
            let place = Int64(message.unit) << 32 | Int64(max(0, message.partition))
            defer { next[place, default: 0] += 1 }
            return next[place, default: 0]
        }
    }

    /// Whether the rule is for the message: whether it would drop it, if that was what it did.
    private func matches(
        _ rule: Rule, _ message: StepProgram.Message, _ offset: Offset
    ) -> Bool {
        let unit = Int(message.unit)
        guard let topic = plans[unit] else { return false }
        let source = TopicPartition(topics[unit], max(0, message.partition))
        var block = RecordBlock(source: source)
        let record = Record(
            source: source, offset: offset,
            key: message.isKeyless ? nil : Array(String(message.key).utf8),
            value: Array(String(message.number).utf8))
        guard (try? block.append(record, arrivalNs: 0)) != nil else { return false }
        let asked = Plan(
            seed: topic.followsSeed ? seed : topic.plan.seed,
            rules: [Rule(name: rule.name, condition: rule.condition, action: .drop(.one))])
        var perturber = Perturber(plan: asked, source: source)
        var outcome = Outcome()
        perturber.perturb(block, start: offset, into: &outcome)
        return outcome.deliveries.isEmpty
    }
}

extension StepProgram.Planned {
    fileprivate mutating func note(_ action: Rule.Action) {
        switch action {
        case .order: break
        case .drop(.zero), .duplicate(.zero, _, _), .corrupt(.zero, _): break
        case .drop(let ratio): drop = ratio == .one || drop == .always ? .always : .maybe
        case .duplicate(_, let copies, .adjacent):
            adjacent += Int32(clamping: copies.upperBound)
        case .duplicate(_, let copies, .anywhere):
            anywhere += Int32(clamping: copies.upperBound)
        case .corrupt: isCorruptible = true
        // Each comes when it comes, with every plan.
        case .delay: break
        }
    }
}

extension StepProgram.Windows.Order {
    fileprivate init(_ order: Order) {
        switch order {
        case .none, .byDelay(.constant, _): self = .kept
        case .byDelay(let delay, let spacing?):
            self = Self.jittered(delay, spacing.wholeMicroseconds)
        // When records came is a matter of time, so that they may have come all at once.
        case .shuffle, .byDelay(_, nil): self = .any
        case .perKey: self = .perKey
        case .displacement(let places): self = .displaced(Int32(clamping: places))
        }
    }

    /// - Parameter spacingUs: between two records.
    private static func jittered(_ delay: DurationDistribution, _ spacingUs: Int64) -> Self {
        guard let range = delay.rangeUs, spacingUs > 0 else { return .any }
        // More records than are explored would have to lie between two that change places.
        guard range / spacingUs < 64 else { return .any }
        // A state has room for numbers of 32 bits; what is rounded allows no less.
        let unit = max(1, spacingUs >> 20)
        return .jittered(
            step: Int32(spacingUs / unit),
            most: Int32((range + unit - 1) / unit + (unit > 1 ? 64 : 0)))
    }
}

extension DurationDistribution {
    /// From the shortest to the longest; nil: there is no longest.
    fileprivate var rangeUs: Int64? {
        switch self {
        case .constant: 0
        case .uniform(let low, let high): high - low
        case .empirical(let values): (values.last ?? 0) - (values.first ?? 0)
        case .exponential, .lognormal: nil
        }
    }
}

extension Rule {
    fileprivate var looksAtOffsets: Bool {
        condition.offsets != nil || condition.every != nil
    }
}
