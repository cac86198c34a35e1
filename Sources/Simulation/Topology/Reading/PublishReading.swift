import Configuration

extension TopologyReader {
    /// `publish: mails` or `publish: {to: mails, by: outbox, after: 100ms, twice: 1%}`
    func publish(_ value: Element) -> Step? {
        guard case .mapping = value.node.content else {
            return value.value(as: queues).map { .publish(queue: $0) }
        }
        return value.section { section in
            var publishing = Publishing()
            publishing.by = section.optional("by", as: .word("way to publish"), default: .direct)
            publishing.after = section.optional(
                "after", as: .durationDistribution, default: publishing.after)
            publishing.twice = section.optional("twice", as: .probability, default: .zero)
            if publishing.by == .direct && publishing.twice != .zero {
                section["twice"]?.problem(
                    "only a relay sends once more what it has sent", accepted: "write by: outbox")
            }
            return section.required("to", as: queues).map { .publish(queue: $0, publishing) }
        }
    }

    func checkOutbox(_ handler: Handler) {
        let stores = handler.steps.contains { if case .store = $0 { true } else { false } }
        guard !stores && handler.steps.contains(where: \.isByOutbox) else { return }
        root["handlers"]?.problem(
            "\(handler.name) publishes by outbox and has no store to write it with",
            accepted: "write a store step, or by: direct")
    }
}
