import Checking
import Simulation

/// What tells one failure from another: what was found, and who does what at the steps that matter. A counterexample that
/// is made smaller keeps it.
struct Signature: Hashable, Sendable {
    private struct Site: Hashable, Sendable {
        let role: Timeline.Step.Role
        let handler: String
        let kind: Timeline.Step.Kind
    }

    private let finding: Finding
    private let sites: [Site]

    init(_ found: Counterexample) {
        finding = found.finding
        guard let timeline = found.timeline, finding != .livelock else {
            sites = []
            return
        }
        sites = timeline.steps.filter { $0.role != .none }.map { step in
            // `reserve#1`: a worker's number is nobody's name.
            let lane =
                timeline.lanes.indices.contains(step.lane) ? timeline.lanes[step.lane].name : ""
            return Site(
                role: step.role, handler: String(lane.prefix { $0 != "#" }), kind: step.kind)
        }
    }
}
