import Arguments
import Configuration
import Perturbation

/// A plan on the command line: a file, and flags that win over it.
struct PlanOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The plan; none: the default plan.", example: "plan.yaml"),
        completion: .files(extensions: ["yaml", "yml", "json"]))
    var plan: String?

    @Option(help: ArgumentHelp("The seed of every draw: any text.", example: "s1"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Records of a window.", valueName: "fewest..most", example: "5..50"),
        as: ArgumentType(.windowRecords))
    var window: ClosedRange<Int>?

    @Option(
        help: ArgumentHelp(
            "Close a window after this time without traffic, or none.", example: "250ms"),
        as: ArgumentType(.maxWait, valueName: "time"))
    var maxWait: MaxWait?

    @Option(
        help: ArgumentHelp("In which order records leave a window.", example: "perKey"),
        as: ArgumentType(.order))
    var order: Order?

    @Option(
        help: ArgumentHelp("How many records are dropped.", example: "2%"),
        as: ArgumentType(.probability))
    var drop: Ratio?

    @Option(
        help: ArgumentHelp("How many records are sent twice.", example: "2%"),
        as: ArgumentType(.probability))
    var duplicate: Ratio?

    @Option(
        help: ArgumentHelp("How long each delivery waits.", example: "exponential(20ms)"),
        as: ArgumentType(.delay, valueName: "time"))
    var delay: DurationDistribution?

    /// Whether anything of a plan was given.
    var isGiven: Bool {
        plan != nil || seed != nil || window != nil || maxWait != nil || order != nil
            || drop != nil || duplicate != nil || delay != nil
    }

    /// The plan file with what the flags say.
    func document() throws -> PlanDocument {
        var overrides = PlanOverrides()
        overrides.seed = seed
        overrides.windowRecords = window
        overrides.maxWait = maxWait
        overrides.order = order
        overrides.drop = drop
        overrides.duplicate = duplicate
        overrides.delay = delay
        var document = try plan.map(PlanFile.read) ?? PlanDocument(plan: .standard)
        document.plan = overrides.applied(to: document.plan)
        return document
    }
}
