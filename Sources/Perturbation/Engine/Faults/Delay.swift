import Configuration

/// Delays deliveries, each copy on its own; what several rules draw adds up. When a delivery is due
/// never changes the order of the window: only `order: {byDelay: …}` does that.
///
/// Draws: per delivery, at its record's offset and its copy: one hit, then the delay.
struct Delay: Sendable {
    let scope: RuleScope
    let probability: Ratio
    let time: DurationDistribution

    func apply(to deliveries: inout [Delivery], of window: Window) {
        if probability == .zero { return }
        for index in deliveries.indices {
            let delivery = deliveries[index]
            let entry = window.entries[Int(delivery.slot)]
            guard scope.matches(Int(delivery.slot), in: window) else { continue }
            var draws = scope.stream.draws(at: entry.offset, copy: delivery.copy)
            guard draws.hits(probability) else { continue }
            let delay = time.microseconds(&draws)
            if delay == 0 { continue }
            deliveries[index].delayMicroseconds = min(
                DurationDistribution.longest, delivery.delayMicroseconds + delay)
            if delivery.delayedBy < 0 { deliveries[index].delayedBy = scope.index }
        }
    }
}
