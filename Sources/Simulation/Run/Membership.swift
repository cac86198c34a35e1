/// Which node owns which partition of a handler, and who is a member of its group.
struct Membership: ~Copyable {
    struct Member: BitwiseCopyable {
        var isIn = true
        /// Died, and not yet taken for dead: until then no rebalance ends.
        var expires: Int64 = 0
        /// It said that it leaves until then.
        var awayUntil: Int64 = 0
        /// Counts what happened to it, so that what was planned for before is void.
        var epoch: Int32 = 0
    }

    var isOn = false
    var isEager = false
    var session: Int64 = 0
    var takes: Int64 = 0
    var revoked = ConsumerGroup.Revoked.finished
    /// By partition; -1: nobody for now.
    var owners = Column(Int32(-1))
    /// Who had it before, for an assignment that moves little.
    var former = Column(Int32(-1))
    var members = Column(Member())
    /// Ends the rebalance that is under way; -1: none is.
    var timer: Int32 = -1
    /// It is over but for work in hand.
    var waitsForWork = false
}

extension Simulator {
    mutating func startMembership(_ unit: Int) {
        guard stations[unit].membership.isOn else { return }
        let groups = stations[unit].groupCount
        stations[unit].membership.members.reach(Int(groups) - 1)
        stations[unit].membership.owners.reach(Int(stations[unit].partitions))
        stations[unit].membership.former.reach(Int(stations[unit].partitions))
        for partition in 0..<stations[unit].partitions {
            stations[unit].membership.owners[partition] = partition % groups
            stations[unit].membership.former[partition] = partition % groups
        }
    }

    /// The partitions of a group of workers, rising.
    mutating func partitions(of group: Int32, _ unit: Int) -> [Int32] {
        let all = 0..<stations[unit].partitions
        guard stations[unit].membership.isOn else {
            return all.filter { $0 % stations[unit].groupCount == group }
        }
        return all.filter { stations[unit].membership.owners[$0] == group }
    }

    /// Lane and group of a message under its partition's owner of now.
    ///
    /// - Returns: whether there is one.
    mutating func placeAtOwner(_ message: Int32, _ unit: Int) -> Bool {
        let partition = partition(of: message, unit)
        let owner = stations[unit].membership.owners[partition]
        messages[message].group = owner
        messages[message].lane = -1
        guard owner >= 0 else { return false }
        let turn = turn(of: message, unit)
        guard turn >= 0 else { return true }
        // A lane of the owner: who had the partition before may still be at work in its own.
        let lane = turn * stations[unit].groupCount + owner
        messages[message].lane = lane
        stations[unit].lanes.reach(Int(lane))
        return true
    }

    // MARK: Members come and go

    /// A consumer died, and will be there again at a time.
    mutating func noteMemberDeath(_ unit: Int, _ group: Int32) {
        // Who is away is missed by nobody.
        guard stations[unit].membership.members[group].isIn else { return }
        let session = stations[unit].membership.session
        stations[unit].membership.members[group].expires = now + session
        watchMember(unit, group, at: now + session)
    }

    /// A member cannot be heard from now on; who is silent for too long is taken for dead.
    mutating func watchSilence(of node: Int32, _ unit: Int) {
        guard stations[unit].membership.isOn else { return }
        let group = node - stations[unit].nodes.lowerBound
        guard stations[unit].membership.members[group].isIn else { return }
        watchMember(unit, group, at: now + stations[unit].membership.session)
    }

    private mutating func watchMember(_ unit: Int, _ group: Int32, at time: Int64) {
        stations[unit].membership.members[group].epoch &+= 1
        plan(.session, unit, group, at: time)
    }

    private mutating func plan(_ chore: Chore, _ unit: Int, _ group: Int32, at time: Int64) {
        let timer = makeProcess(.chore)
        processes[timer].counter = chore.rawValue
        processes[timer].unit = Int32(unit)
        processes[timer].group = group
        processes[timer].receipt = stations[unit].membership.members[group].epoch
        schedule(timer, time)
    }

    /// A session has run out.
    mutating func endSession(_ timer: Int32) {
        let (unit, group) = (Int(processes[timer].unit), processes[timer].group)
        let isVoid = processes[timer].receipt != stations[unit].membership.members[group].epoch
        free(timer)
        guard !isVoid, stations[unit].membership.members[group].isIn else { return }
        let silentUntil = silentUntil(unit, group)
        guard silentUntil > now else { return }
        stations[unit].membership.members[group].isIn = false
        stations[unit].membership.members[group].expires = 0
        traceFault(.expel, unit, group, 0)
        for partition in partitions(of: group, unit) { revoke(partition, unit, isHeard: false) }
        if silentUntil < Latency.longest { plan(.join, unit, group, at: silentUntil) }
        rebalance(unit)
    }

    /// A node joins its group, after its start or because it was taken for dead.
    mutating func join(_ timer: Int32) {
        let (unit, group) = (Int(processes[timer].unit), processes[timer].group)
        let isVoid = processes[timer].receipt != stations[unit].membership.members[group].epoch
        free(timer)
        if !isVoid { join(unit, group) }
    }

    /// Until when a node cannot be heard.
    private mutating func silentUntil(_ unit: Int, _ group: Int32) -> Int64 {
        let node = nodes[Int(stations[unit].nodes.lowerBound + group)]
        return max(node.downUntil, node.pausedUntil, node.brokerCutUntil)
    }

    mutating func join(_ unit: Int, _ group: Int32) {
        let member = stations[unit].membership.members[group]
        guard !member.isIn || member.expires > 0 else { return }
        let later = max(member.awayUntil, silentUntil(unit, group))
        guard later <= now else {
            // Not before it is back, and can be heard.
            if later < Latency.longest { plan(.join, unit, group, at: later) }
            return
        }
        stations[unit].membership.members[group].isIn = true
        // Who was there before it died owns what it had until it is taken for dead.
        for partition in partitions(of: group, unit) { revoke(partition, unit, isHeard: false) }
        traceFault(.join, unit, group, 0)
        rebalance(unit)
        // Its new incarnation has nothing to be taken for dead for.
        stations[unit].membership.members[group].epoch &+= 1
        if member.expires <= now { stations[unit].membership.members[group].expires = 0 }
    }

    /// A node says that it leaves, and is back after a time.
    mutating func leave(_ unit: Int, _ group: Int32, for time: Int64) {
        guard stations[unit].membership.members[group].isIn else { return }
        stations[unit].membership.members[group].isIn = false
        stations[unit].membership.members[group].awayUntil = now + time
        stations[unit].membership.members[group].epoch &+= 1
        traceFault(.leave, unit, group, time)
        for partition in partitions(of: group, unit) { revoke(partition, unit) }
        rebalance(unit)
        plan(.join, unit, group, at: now + time)
    }

    // MARK: Rebalances

    /// Members agree on an assignment; one that is under way begins anew.
    private mutating func rebalance(_ unit: Int) {
        counts[sideNow].rebalances += 1
        let plan = assignment(unit)
        for partition in 0..<stations[unit].partitions {
            let owner = stations[unit].membership.owners[partition]
            guard owner >= 0 else { continue }
            if stations[unit].membership.isEager || plan[Int(partition)] != owner {
                revoke(partition, unit)
            }
        }
        var end = now + stations[unit].membership.takes
        for group in 0..<stations[unit].groupCount {
            end = max(end, stations[unit].membership.members[group].expires)
        }
        var timer = stations[unit].membership.timer
        if timer < 0 {
            timer = makeProcess(.chore)
            processes[timer].counter = Chore.rebalance.rawValue
            processes[timer].unit = Int32(unit)
            stations[unit].membership.timer = timer
        }
        stations[unit].membership.waitsForWork = false
        schedule(timer, end)
    }

    /// Who shall own what: in turn where all is dealt anew; else whoever had a partition keeps it unless it
    /// has more than its share, and the least loaded get the others.
    private mutating func assignment(_ unit: Int) -> [Int32] {
        let members = (0..<stations[unit].groupCount).filter {
            stations[unit].membership.members[$0].isIn
        }
        let count = Int(stations[unit].partitions)
        guard !members.isEmpty else { return [Int32](repeating: -1, count: count) }
        if stations[unit].membership.isEager {
            return (0..<count).map { members[$0 % members.count] }
        }
        var plan = [Int32](repeating: -1, count: count)
        var loads = [Int](repeating: 0, count: Int(stations[unit].groupCount))
        // So many members have one partition more than the others.
        let (least, rest) = count.quotientAndRemainder(dividingBy: members.count)
        var larger = 0
        for partition in 0..<count {
            let owner = Int(stations[unit].membership.former[partition])
            guard owner >= 0, stations[unit].membership.members[owner].isIn else { continue }
            guard loads[owner] < least || (loads[owner] == least && larger < rest) else { continue }
            if loads[owner] == least { larger += 1 }
            loads[owner] += 1
            plan[partition] = Int32(owner)
        }
        for partition in 0..<count where plan[partition] < 0 {
            var chosen = members[0]
            for member in members where loads[Int(member)] < loads[Int(chosen)] { chosen = member }
            loads[Int(chosen)] += 1
            plan[partition] = chosen
        }
        return plan
    }

    /// A partition is nobody's until the rebalance ends.
    ///
    /// - Parameter isHeard: its owner knows; else it works on in vain.
    private mutating func revoke(_ partition: Int32, _ unit: Int, isHeard: Bool = true) {
        stations[unit].membership.owners[partition] = -1
        counts[sideNow].revocations += 1
        let way = stations[unit].membership.revoked
        if isHeard && way == .dropped { dropWork(on: partition, unit) }
        let keeps = isHeard && way != .dropped
        if isHeard { commitNow(partition, unit) }
        rewind(partition, unit, keeping: keeps ? inHand(unit) : [])
    }

    /// Messages in the hands of a handler's workers.
    private mutating func inHand(_ unit: Int) -> Set<Int32> {
        Set(
            stations[unit].members.compactMap { member in
                processes[member].message >= 0 ? processes[member].message : nil
            })
    }

    /// Whether living members still work on what was taken from them.
    private mutating func isAtWork(_ unit: Int) -> Bool {
        stations[unit].members.contains { member in
            let (message, node) = (processes[member].message, nodes[Int(processes[member].node)])
            guard message >= 0, !messages[message].isSettled,
                max(node.pausedUntil, node.brokerCutUntil) <= now
            else { return false }
            return stations[unit].membership.owners[partition(of: message, unit)] < 0
        }
    }

    /// Members have agreed: the owners begin at the positions.
    mutating func endRebalance(_ timer: Int32) {
        let unit = Int(processes[timer].unit)
        if stations[unit].membership.revoked == .finished && isAtWork(unit) {
            stations[unit].membership.waitsForWork = true
            return
        }
        stations[unit].membership.waitsForWork = false
        stations[unit].membership.timer = -1
        free(timer)
        for group in 0..<stations[unit].groupCount
        where stations[unit].membership.members[group].expires <= now {
            stations[unit].membership.members[group].expires = 0
        }
        let plan = assignment(unit)
        for partition in 0..<stations[unit].partitions
        where stations[unit].membership.owners[partition] < 0 && plan[Int(partition)] >= 0 {
            if stations[unit].membership.revoked == .finished { commitNow(partition, unit) }
            let owner = plan[Int(partition)]
            stations[unit].membership.owners[partition] = owner
            stations[unit].membership.former[partition] = owner
            traceFault(.assign, unit, owner, Int64(partition))
            rewind(partition, unit)
            placeLog(partition, unit)
        }
    }

    /// A worker is done with a message: what waits for it may end.
    mutating func noteWorkDone(_ unit: Int) {
        guard stations[unit].membership.waitsForWork, !isAtWork(unit) else { return }
        stations[unit].membership.waitsForWork = false
        schedule(stations[unit].membership.timer, now)
    }
}
