import Perturbation
import Recording

/// A plan that is carried out on a recording: what it samples and masks was done before the recording
/// was written, and cannot be done again.
enum RecordedPlan {
    /// The plan with sample and mask of the schedules.
    ///
    /// - Throws: `ProxyError.refused` where the plan samples or masks and the recording was made otherwise,
    ///   or nothing says how.
    static func resolved(_ plan: Plan, schedules: [String]) throws -> Plan {
        let isPlain = plan.sample.isEmpty && plan.mask == nil
        var resolved = plan
        for (index, path) in schedules.enumerated() {
            let made = try ScheduleReader(path: path).header.plan
            if index == 0 { (resolved.sample, resolved.mask) = (made.sample, made.mask) }
            if !isPlain && !isSame(plan, made) {
                throw ProxyError(
                    .refused,
                    "the plan samples or masks otherwise than the one that \(path) was written "
                        + "with; a recording has been sampled and masked already: take sample and "
                        + "mask out of the plan, or write them as they are there")
            }
        }
        if schedules.isEmpty && !isPlain {
            throw ProxyError(
                .refused,
                "the plan samples or masks, and a recording has been sampled and masked already: take "
                    + "sample and mask out of the plan, or give the recording's schedule, which says "
                    + "how")
        }
        return resolved
    }

    /// A plan that is not tied to a key is for any.
    private static func isSame(_ plan: Plan, _ made: Plan) -> Bool {
        guard plan.sample == made.sample else { return false }
        guard var mask = plan.mask else { return made.mask == nil }
        if mask.fingerprint == nil { mask.fingerprint = made.mask?.fingerprint }
        return mask == made.mask
    }
}
