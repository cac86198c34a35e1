import KafkaClient

/// What the proxy counts beside its statistics, in flat storage.
struct Metering {
    /// By the consumer's slot: what lanes that are gone have counted.
    private var past: [PartitionTraffic] = []
    private(set) var latencies = LatencyHistogram()
    private(set) var rebalances = RebalanceCounts()

    /// The lane is about to go; its counts stay.
    mutating func keep(_ lane: Lane, slot: Int) {
        while past.count <= slot { past.append(PartitionTraffic()) }
        past[slot] += lane.traffic
    }

    /// The batch was committed.
    mutating func settle(_ batch: Batch, at now: UInt64) {
        for lane in batch.lanes { lane.settleTraffic() }
        batch.arrivals?.observe(at: now, in: &latencies)
    }

    mutating func note(_ event: ConsumerEvent) {
        switch event {
        case .assigned: rebalances.assigned += 1
        case .revoked: rebalances.revoked += 1
        case .lost: rebalances.lost += 1
        default: break
        }
    }

    /// Of the partition in that slot, with what its lane has counted.
    func traffic(slot: Int, _ lane: Lane?) -> PartitionTraffic {
        var traffic = slot < past.count ? past[slot] : PartitionTraffic()
        if let lane { traffic += lane.traffic }
        return traffic
    }
}

extension Proxy {
    /// All that is known now.
    /// - Complexity: O(partitions).
    func snapshot() -> ProxySnapshot {
        var snapshot = ProxySnapshot()
        let slots = consumer.slotCount
        snapshot.partitions.reserveCapacity(slots)
        for slot in 0..<slots {
            let lane = slot < lanes.count ? lanes[slot] : nil
            let traffic = metering.traffic(slot: slot, lane)
            // A slot may stand for a partition that was never this instance's.
            if lane == nil && traffic.read == 0 { continue }
            snapshot.partitions.append(
                .init(
                    source: consumer.partition(ofSlot: slot), traffic: traffic,
                    owned: lane.map(owned)))
        }
        snapshot.statistics = statistics
        snapshot.rebalances = metering.rebalances
        snapshot.latencies = metering.latencies
        snapshot.heldBytes = heldBytes
        snapshot.memoryBytes = configuration.memoryBytes
        snapshot.outstanding = producer?.outstanding ?? senders?.outstanding ?? 0
        snapshot.hasOutputCluster = configuration.target != nil
        snapshot.isHolding = pressure.isHolding
        return snapshot
    }

    private func owned(_ lane: Lane) -> ProxySnapshot.Owned {
        .init(
            lag: lag(of: lane), position: lane.position,
            heldBytes: lane.open.heldBytes + lane.readyBytes, hasOpenWindow: lane.hasOpen,
            closedWindows: lane.ready.count)
    }

    /// Offsets between what was read and the end, as far as that is known.
    func lag(of lane: Lane) -> Int {
        if lane.isAtEnd { return 0 }
        let end = lane.bound ?? consumer.lastKnownEnd(of: lane.source) ?? lane.position
        return Int(max(0, end - lane.position))
    }
}
