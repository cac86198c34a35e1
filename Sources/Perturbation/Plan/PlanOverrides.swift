import Configuration

/// What flags say in place of the parts of a plan.
///
/// A flag of a kind of rule (drop, duplicate, order, delay) takes away all rules of that kind and puts
/// one rule without condition where the first of them stood, or behind the last rule. The rule is
/// called as one without name is in a file, so `--drop 2%` says what `drop: 2%` says. 0 (for orders
/// `none`) takes the rules away and puts nothing in their place.
public struct PlanOverrides: Hashable, Sendable {
    public var seed: String?
    /// `--window 5..50`.
    public var windowRecords: ClosedRange<Int>?
    public var windowBytes: Int?
    public var maxWait: MaxWait?
    public var drop: Ratio?
    /// One copy, right behind the original.
    public var duplicate: Ratio?
    public var order: Order?
    /// Of every delivery.
    public var delay: DurationDistribution?

    public init() {}

    /// Whether nothing is given.
    public var isEmpty: Bool { self == PlanOverrides() }

    /// The plan with these parts in place of its own.
    public func applied(to plan: Plan) -> Plan {
        var plan = plan
        if let seed { plan.seed = seed }
        if let windowRecords { plan.window.records = windowRecords }
        if let windowBytes { plan.window.bytes = windowBytes }
        if let maxWait { plan.window.maxWait = maxWait.duration }
        if let order {
            plan.replace(\.isOrder, by: order == .none ? nil : .order(order))
        }
        if let drop {
            plan.replace(\.isDrop, by: drop == .zero ? nil : .drop(drop))
        }
        if let duplicate {
            let action = Rule.Action.duplicate(duplicate, copies: 1...1, placement: .adjacent)
            plan.replace(\.isDuplicate, by: duplicate == .zero ? nil : action)
        }
        if let delay {
            plan.replace(\.isDelay, by: delay == .constant(us: 0) ? nil : .delay(.one, delay))
        }
        return plan
    }
}

extension Plan {
    fileprivate mutating func replace(_ isKind: (Rule.Action) -> Bool, by action: Rule.Action?) {
        let place = rules.firstIndex { isKind($0.action) } ?? rules.count
        rules.removeAll { isKind($0.action) }
        guard let action else { return }
        var name = action.kind
        var number = 2
        while rules.contains(where: { $0.name == name }) {
            name = "\(action.kind)-\(number)"
            number += 1
        }
        rules.insert(Rule(name: name, action: action), at: place)
    }
}

extension Rule.Action {
    /// What a rule without name is called.
    var kind: String {
        switch self {
        case .order(.none): "none"
        case .order(.shuffle): "shuffle"
        case .order(.perKey): "perKey"
        case .order(.displacement): "displacement"
        case .order(.byDelay): "byDelay"
        case .drop: "drop"
        case .duplicate: "duplicate"
        case .delay: "delay"
        case .corrupt(_, let kind): kind.rawValue
        }
    }

    fileprivate var isOrder: Bool { if case .order = self { true } else { false } }
    fileprivate var isDrop: Bool { if case .drop = self { true } else { false } }
    fileprivate var isDuplicate: Bool { if case .duplicate = self { true } else { false } }
    fileprivate var isDelay: Bool { if case .delay = self { true } else { false } }
}
