import Perturbation

/// What the proxy's engine does to the records of a topic.
public struct TopicPlan: Hashable, Sendable {
    public var plan: Plan
    /// The plan has no seed: every run perturbs by its own.
    public var followsSeed: Bool

    public init(_ plan: Plan, followsSeed: Bool) {
        self.plan = plan
        self.followsSeed = followsSeed
    }
}
