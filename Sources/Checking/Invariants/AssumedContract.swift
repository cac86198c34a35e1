import Configuration

/// What a system is told that its input may do: what it must cope with. What a schedule does beyond that is never the
/// system's fault.
public struct AssumedContract: Hashable, Sendable {
    /// Repetition and loss of records.
    public enum Delivery: String, Hashable, Sendable, CaseIterable {
        /// A record may come again; the system must cope.
        case atLeastOnce
        /// A record comes once at most, and one that was under way when the system broke may be gone.
        case atMostOnce
        /// Each comes once: repetitions are not held against the system.
        case exactlyOnce
    }

    /// In which order records may come.
    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// As they are in the partition: what was moved is not held against the system.
        case perPartition
        /// Those of one key as they are in the partition, and keys in any order.
        case perKey
        /// Any.
        case none
    }

    public var delivery: Delivery
    public var order: Order

    public init(delivery: Delivery = .atLeastOnce, order: Order = .perKey) {
        self.delivery = delivery
        self.order = order
    }
}

extension AssumedContract {
    /// `atLeastOnce`, or `{delivery: atLeastOnce, order: perKey}`.
    init?(_ element: Element, defaults: AssumedContract) {
        if case .mapping = element.node.content {
            let read: AssumedContract? = element.section { section in
                AssumedContract(
                    delivery: section.optional(
                        "delivery", as: .word("delivery"), default: defaults.delivery),
                    order: section.optional("order", as: .word("order"), default: defaults.order))
            }
            guard let read else { return nil }
            self = read
        } else {
            guard let delivery = element.value(as: ValueParser<Delivery>.word("contract")) else {
                return nil
            }
            self.init(delivery: delivery, order: defaults.order)
        }
    }
}
