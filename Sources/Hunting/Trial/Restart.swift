import Foundation

/// A copy that was started in the middle of a trial: the trial is not over before it is ready, or nobody would see
/// what its start does.
struct Restart {
    /// The group's members when it was started.
    let before: SettledMembership?
    let at: ContinuousClock.Instant
    let copy: Int
    /// How long the copy's log was then.
    let logBytes: Int
}

extension TrialRun {
    /// - Throws: what keeps the broker from being asked.
    func noteStart(of copy: SystemCopy) throws {
        let log = try? FileManager.default.attributesOfItem(atPath: place.log(of: copy.number))
        restarts.append(
            Restart(
                before: try membership, at: now, copy: copy.number,
                logBytes: (log?[.size] as? Int) ?? 0))
    }

    /// Whether everything that was started in the middle is ready, as far as that shows. After
    /// `system.startWithin` it is not waited for any longer: a group may have reasons of its own.
    func areRestartsReady() throws -> Bool {
        if restarts.isEmpty { return true }
        let pattern = try OutputPattern(system.ready)
        let membership = try membership
        let running = running
        let left = restarts.filter { restart in
            if restart.at.duration(to: now) > system.startWithin { return false }
            guard copies.contains(where: { $0.number == restart.copy && $0.process != nil }) else {
                return false
            }
            switch system.ready {
            case .joined:
                guard let membership, membership.members >= max(1, running) else { return true }
                return membership.mark == restart.before?.mark
            case .output:
                return pattern?.isMatched(
                    in: [(place.log(of: restart.copy), restart.logBytes)]) == false
            case .file: return false
            case .after(let time): return restart.at.duration(to: now) < time
            }
        }
        if left.count < restarts.count { noteActivity() }
        restarts = left
        return left.isEmpty
    }
}
