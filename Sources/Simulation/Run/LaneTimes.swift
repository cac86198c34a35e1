/// Who waits behind whom: the time that messages spend in line behind a lane (a partition, slot or key), split by
/// whether the one in front is about the same key.
extension Simulator {
    /// The lane is this message's until it is given on.
    @inline(__always)
    mutating func occupy(_ lane: Int32, _ message: Int32, _ unit: Int) {
        stations[unit].lanes[lane].isBusy = true
        stations[unit].lanes[lane].since = now
        stations[unit].lanes[lane].key = messages[message].key
    }

    /// The lane's message has had it until now.
    @inline(__always)
    mutating func vacate(_ lane: Int32, _ unit: Int) {
        guard tracksOrder else { return }
        let row = stations[unit].lanes[lane]
        stations[unit].keyTimes.reach(Int(row.key))
        if stations[unit].placesStretches { keepPast(of: row.key, lane, unit) }
        stations[unit].keyTimes[row.key] &+= now - row.since
        // Whatever comes next begins anew.
        stations[unit].lanes[lane].since = now
    }

    /// A message joins the line behind a lane.
    mutating func startWaiting(_ message: Int32, _ lane: Int32, _ unit: Int) {
        messages[message].inLine = now
        messages[message].keyTime = timeOfKey(of: message, lane, unit)
    }

    /// A message leaves the line: its turn has come.
    mutating func endWaiting(_ message: Int32, _ lane: Int32, _ unit: Int) {
        endWaiting(message, lane, unit, at: now)
    }

    mutating func endWaiting(_ message: Int32, _ lane: Int32, _ unit: Int, at end: Int64) {
        let whole = end - messages[message].inLine
        laneWaitNs += Int128(whole)
        guard messages[message].isMeasured else { return }
        let own = min(whole, timeOfKey(of: message, lane, unit) - messages[message].keyTime)
        ownKeyWait.add(own)
        otherKeyWait.add(whole - own)
    }

    /// For how long lanes have been held by messages of this one's key so far. Where every message has a key
    /// of its own nobody waits for one's own.
    mutating func timeOfKey(of message: Int32, _ lane: Int32, _ unit: Int) -> Int64 {
        guard tracksOrder else { return 0 }
        let key = messages[message].key
        stations[unit].keyTimes.reach(Int(key))
        let row = stations[unit].lanes[lane]
        let current = row.isBusy && row.key == key ? now - row.since : 0
        return stations[unit].keyTimes[key] + current
    }

    /// A worker is free of its message: it was held by it until now.
    @inline(__always)
    mutating func endBusy(_ worker: Int32) {
        let time = now - processes[worker].taken
        busyNs += Int128(time)
        busyTimes[worker] &+= time
        lastWork = now
    }

    /// Of messages that sources made: those of handlers come when theirs is done.
    mutating func noteSojourn(_ message: Int32, _ time: Int64) {
        let isSources = messages[message].number >> 62 == 0
        if isSources && !messages[message].isCopy { series.add(messages[message].sequence, time) }
    }

    /// A message was in a worker's hands when that died.
    mutating func noteCrash(_ message: Int32) {
        if messages[message].crashed < 0 { messages[message].crashed = now }
    }
}
