import Configuration

/// Sources that are not rates: clients that wait for what they asked, and recordings.
extension Simulator {
    // MARK: Clients

    /// Every client thinks first.
    mutating func startClients(_ index: Int) {
        guard case .closed(let count, _) = program.topology.sources[index].arrivals else { return }
        for number in 0..<count {
            let client = makeProcess(.client)
            processes[client].counter = Int32(index)
            processes[client].group = Int32(number)
            think(client, from: sources[index].start)
        }
    }

    private mutating func think(_ client: Int32, from start: Int64) {
        let index = Int(processes[client].counter)
        guard case .closed(_, let think) = program.topology.sources[index].arrivals else { return }
        let number = Int64(processes[client].group) << 32 | Int64(processes[client].receipt)
        processes[client].receipt &+= 1
        let time = Latency(think).draw(sources[index].arrivals, number, 0)
        schedule(client, start + time, .arrival)
    }

    /// A client has thought.
    mutating func send(_ client: Int32) {
        let index = Int(processes[client].counter)
        guard canMake(index) else {
            // The first to find that no more are wanted speaks for all.
            if sources[index].isOn { openSources -= 1 }
            sources[index].isOn = false
            free(client)
            return
        }
        let message = makeMessage(index)
        messages[message].client = client
        admit(message)
    }

    /// The message is done, dead or refused: its client thinks again.
    mutating func answerClient(of message: Int32) {
        let client = messages[message].client
        guard client >= 0 else { return }
        messages[message].client = -1
        think(client, from: now)
    }

    // MARK: Recordings

    /// When the next message of a recording comes.
    mutating func recordedArrival(_ index: Int) -> Int64 {
        guard case .recorded(let workload, let factor) = program.topology.sources[index].arrivals
        else { return Latency.longest }
        let made = Int(sources[index].made)
        guard made < workload.count else { return Latency.longest }
        let time = Int128(workload.arrivalsNs[made]) * Int128(factor.denominator)
        return sources[index].start
            + min(Latency.longest, Int64(clamping: time / Int128(factor.numerator)))
    }

    mutating func recordedSize(_ index: Int, _ made: Int64) -> Int32 {
        guard case .recorded(let workload, _) = program.topology.sources[index].arrivals else {
            return 0
        }
        return workload.sizes[Int(made)]
    }
}

extension Topology {
    /// Of the first recording, by key; empty where there is none.
    var keyHashes: [UInt32?] {
        for source in sources {
            if case .recorded(let workload, _) = source.arrivals { return workload.hashes }
        }
        return []
    }
}
