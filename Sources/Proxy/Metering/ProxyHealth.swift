/// Whether the proxy lives and works, and why not: what a supervisor and a load balancer ask.
public struct ProxyHealth: Sendable {
    /// The loop goes round, or waits for something for no longer than it was told it may.
    public var isLive: Bool
    /// It owns partitions and hears from the cluster.
    public var isReady: Bool
    /// One sentence for each thing that is not well.
    public var reasons: [String]

    /// Brokers are asked several times in such a time, by heartbeats if by nothing else.
    static let longestSilence = 15.0
    /// A loop that was busy with one thing for so long does not work at the moment.
    static let longestTurn = Duration.seconds(10)

    init(
        phase: RunPhase, silence: Duration, allowed: Duration, owned: Int,
        consumer: ClientStatistics?, output: ClientStatistics? = nil
    ) {
        var reasons: [String] = []
        isLive = silence <= allowed
        if !isLive {
            reasons.append("the loop has been stuck for \(Self.seconds(silence))")
        } else if phase == .running && silence > Self.longestTurn {
            reasons.append("the loop has waited for one answer for \(Self.seconds(silence))")
        }
        switch phase {
        case .starting: reasons.append("broker, files and positions are still being checked")
        case .ended: reasons.append("the run is over")
        case .running:
            if owned == 0 { reasons.append("no partition is assigned to this instance") }
            if let consumer, let reason = Self.reason(against: consumer) { reasons.append(reason) }
            if let output, Self.isAway(output) {
                reasons.append("no broker of the output's cluster is connected")
            }
        }
        isReady = reasons.isEmpty
        self.reasons = reasons
    }

    private static func reason(against consumer: ClientStatistics) -> String? {
        let up = consumer.brokers.filter(\.isUp)
        if up.isEmpty { return "no broker is connected" }
        let silence = up.compactMap(\.silenceSeconds).min() ?? 0
        if silence > longestSilence {
            return "no broker has answered for \(Int(silence)) s"
        }
        return nil
    }

    /// What has nothing to send is silent, so only connections count.
    private static func isAway(_ producers: ClientStatistics) -> Bool {
        let present = producers.brokers.filter { !$0.isPast }
        return !present.isEmpty && !present.contains(where: \.isUp)
    }

    private static func seconds(_ duration: Duration) -> String {
        "\(duration.components.seconds) s"
    }
}

extension Meter<ProxySnapshot> {
    /// - Parameter snapshot: of now; it says what is owned.
    public func health(_ snapshot: ProxySnapshot?) -> ProxyHealth {
        let pulse = pulse
        let clients = clientStatistics()
        return ProxyHealth(
            phase: phase, silence: pulse.silence, allowed: pulse.allowed,
            owned: snapshot?.ownedCount ?? 0, consumer: clients["consumer"],
            output: snapshot?.hasOutputCluster == true ? clients["producer"] : nil)
    }
}
