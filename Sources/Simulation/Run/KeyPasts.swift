/// For how long lanes had been held by messages of a key at the instants at which stretches were placed: messages of
/// those stand in line since then, and are looked at later.
struct KeyPasts: ~Copyable {
    /// A time for which a lane was held by a key, which began with what the key had before.
    struct Past: BitwiseCopyable {
        var before: Int64 = 0
        var since: Int64 = 0
        var until: Int64 = 0
        var lane: Int32 = -1
        /// The one before it; -1: none that anybody asks for.
        var older: Int32 = -1
    }

    /// When a stretch was placed last, and the oldest of those that have messages left.
    var latest = Int64.min
    var oldest = Int64.min
    var rows = Table(blank: Past())
    /// By key.
    var newest = Column(Int32(-1))
}

extension Simulator {
    /// A stretch is placed now.
    mutating func noteKeyTimes(_ unit: Int) {
        guard stations[unit].keyPasts.latest < now else { return }
        var oldest = now
        for partition in 0..<stations[unit].partitions {
            let stretch = stations[unit].journal.logs[partition].stretch
            if stretch.isPlaced { oldest = min(oldest, stretch.ready) }
        }
        stations[unit].keyPasts.latest = now
        stations[unit].keyPasts.oldest = oldest
    }

    /// A key's message gives its lane on now: what the key had before is kept where a stretch was placed since it was
    /// kept last.
    mutating func keepPast(of key: Int32, _ lane: Int32, _ unit: Int) {
        guard tracksOrder else { return }
        stations[unit].keyPasts.newest.reach(Int(key))
        let newest = stations[unit].keyPasts.newest[key]
        let last = newest >= 0 ? stations[unit].keyPasts.rows[newest].until : Int64.min
        guard stations[unit].keyPasts.latest > last else { return }
        forgetPast(behind: newest, unit)
        let kept = stations[unit].keyPasts.rows.take()
        stations[unit].keyPasts.rows[kept] = KeyPasts.Past(
            before: stations[unit].keyTimes[key], since: stations[unit].lanes[lane].since,
            until: now, lane: lane, older: newest)
        stations[unit].keyPasts.newest[key] = kept
    }

    /// Nobody asks for times before the oldest stretch that has messages left.
    private mutating func forgetPast(behind newest: Int32, _ unit: Int) {
        var row = newest
        while row >= 0 && stations[unit].keyPasts.rows[row].until >= stations[unit].keyPasts.oldest
        {
            row = stations[unit].keyPasts.rows[row].older
        }
        guard row >= 0 else { return }
        var older = stations[unit].keyPasts.rows[row].older
        stations[unit].keyPasts.rows[row].older = -1
        while older >= 0 {
            let next = stations[unit].keyPasts.rows[older].older
            stations[unit].keyPasts.rows.giveBack(older)
            older = next
        }
    }

    /// What ``timeOfKey(of:_:_:)`` would have been at a time at which a stretch was placed.
    mutating func timeOfKey(
        of message: Int32, _ lane: Int32, _ unit: Int, at time: Int64
    ) -> Int64 {
        guard tracksOrder else { return 0 }
        let key = messages[message].key
        stations[unit].keyPasts.newest.reach(Int(key))
        var found: Int32 = -1
        var row = stations[unit].keyPasts.newest[key]
        while row >= 0 && stations[unit].keyPasts.rows[row].until >= time {
            found = row
            row = stations[unit].keyPasts.rows[row].older
        }
        if found >= 0 {
            let past = stations[unit].keyPasts.rows[found]
            return past.before + (past.lane == lane ? max(0, time - past.since) : 0)
        }
        stations[unit].keyTimes.reach(Int(key))
        let current = stations[unit].lanes[lane]
        let isHeld = current.isBusy && current.key == key
        return stations[unit].keyTimes[key] + (isHeld ? max(0, time - current.since) : 0)
    }

    /// A message takes a lane that is free when it comes to its place: since then, or since the one in front of it
    /// gave it on.
    mutating func occupyLate(_ lane: Int32, _ message: Int32, _ unit: Int) {
        let free = stations[unit].lanes[lane].since
        var since = messages[message].ready
        if stations[unit].lanes[lane].freed > messages[message].order {
            endWaiting(message, lane, unit, at: free)
            since = max(since, free)
        }
        occupy(lane, message, unit)
        stations[unit].lanes[lane].since = since
    }
}
