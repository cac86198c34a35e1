/// A source's message and all that handlers published of it, down to the last: from its arrival until nothing of it is
/// left in the system.
struct Chain: BitwiseCopyable {
    /// Rows are given out again: a message that outlived its chain has another stamp.
    var stamp: Int32 = 0
    /// Messages of it that are in the system.
    var open: Int32 = 0
    var isMeasured = false
    /// Something of it was refused and will never be done.
    var isBroken = false
    var arrived: Int64 = 0
}

extension Simulator {
    /// A handler has published a message: it belongs to what its parent belongs to. What attempts at a message that is
    /// done, or at a repeat, publish is no part of it.
    mutating func follow(_ message: Int32, from parent: Int32) {
        let row = messages[parent]
        if row.chain >= 0 {
            guard chains[row.chain].stamp == row.stamp && chains[row.chain].open > 0 else { return }
        } else {
            guard !row.isPublished && !row.isCopy && !row.isSettled else { return }
            let chain = chains.take()
            nextStamp &+= 1
            chains[chain] = Chain(
                stamp: nextStamp, open: 1, isMeasured: row.isMeasured, arrived: row.arrived)
            messages[parent].chain = chain
            messages[parent].stamp = nextStamp
        }
        messages[message].chain = messages[parent].chain
        messages[message].stamp = messages[parent].stamp
        chains[messages[parent].chain].open += 1
    }

    /// A full queue refused what a handler had published: nobody was told, and it is lost.
    mutating func noteRefusal(of message: Int32) {
        result.refusedPublished += 1
        let row = messages[message]
        if row.chain >= 0 && chains[row.chain].stamp == row.stamp {
            chains[row.chain].isBroken = true
        }
    }

    /// A message is in the system no more.
    mutating func leaveChain(_ message: Int32) {
        let row = messages[message]
        guard row.chain >= 0, !row.isCopy, chains[row.chain].stamp == row.stamp else { return }
        chains[row.chain].open -= 1
        guard chains[row.chain].open == 0 else { return }
        if chains[row.chain].isMeasured && !chains[row.chain].isBroken {
            endToEnd.pointee.add(now - chains[row.chain].arrived)
        }
        chains[row.chain].stamp = 0
        chains.giveBack(row.chain)
    }

    /// A source's message is done of which nothing was published.
    mutating func endAlone(_ message: Int32, _ time: Int64) {
        let row = messages[message]
        guard row.chain < 0 && !row.isPublished && !row.isCopy && row.isMeasured else {
            return
        }
        endToEnd.pointee.add(time)
    }
}

/// Times added up, and how they are spread.
struct Spread: ~Copyable {
    private(set) var tally = Tally()
    private let histogram = OpenHistogram()

    mutating func add(_ time: Int64) {
        tally.add(time)
        histogram.add(time)
    }

    func closed() -> Histogram { histogram.closed(tally) }
}
