import Configuration
import Testing

@testable import Perturbation

@Suite struct PlanOverridesTests {
    private let third = Ratio(1, 3) ?? .one
    private var mixed: Plan {
        Plan(
            seed: "s",
            rules: [
                Rule(name: "a", action: .drop(third)),
                Rule(name: "b", action: .order(.perKey)),
                Rule(name: "c", action: .drop(.one)),
                Rule(name: "drop", action: .corrupt(third, .flip)),
            ])
    }

    @Test func `nothing given changes nothing`() {
        let overrides = PlanOverrides()
        #expect(overrides.isEmpty)
        #expect(overrides.applied(to: mixed) == mixed)
    }

    @Test func `what the default says changes nothing of the default`() throws {
        var overrides = PlanOverrides()
        overrides.seed = "shadow-seed"
        overrides.windowRecords = 5...50
        overrides.windowBytes = 1 << 20
        overrides.maxWait = .after(.seconds(1))
        overrides.drop = try ValueParser<Ratio>.probability.parse("2%").get()
        overrides.duplicate = try ValueParser<Ratio>.probability.parse("2%").get()
        overrides.order = try ValueParser<Order>.order.parse("shuffle").get()
        #expect(!overrides.isEmpty)
        #expect(overrides.applied(to: .standard) == .standard)
    }

    @Test func `seed, window and wait take the place of the plan's`() {
        var overrides = PlanOverrides()
        overrides.seed = ""
        overrides.windowRecords = 1...1
        overrides.windowBytes = 10
        overrides.maxWait = .never
        let plan = overrides.applied(to: mixed)
        #expect(plan.seed == "")
        #expect(plan.window == WindowShape(records: 1...1, bytes: 10, maxWait: nil))
        #expect(plan.rules == mixed.rules)
    }

    @Test func `a rule takes the place of the first of its kind, under a name that is free`() {
        var overrides = PlanOverrides()
        overrides.drop = third
        overrides.delay = .constant(us: 5)
        let plan = overrides.applied(to: mixed)
        #expect(plan.ruleNames == ["drop-2", "b", "drop", "delay"])
        #expect(
            plan.rules.map(\.action) == [
                .drop(third), .order(.perKey), .corrupt(third, .flip),
                .delay(.one, .constant(us: 5)),
            ])
        overrides.order = .displacement(3)
        #expect(
            overrides.applied(to: mixed).ruleNames == ["drop-2", "displacement", "drop", "delay"])
    }

    @Test func `zero and none take rules away`() {
        var overrides = PlanOverrides()
        overrides.drop = .zero
        overrides.duplicate = .zero
        overrides.order = Order.none
        overrides.delay = .constant(us: 0)
        #expect(overrides.applied(to: mixed).ruleNames == ["drop"])
        #expect(overrides.applied(to: .standard).rules == [])
    }

    @Test(arguments: [
        ("none", Order.none), ("shuffle", .shuffle), ("perKey", .perKey),
        ("displacement(12)", .displacement(12)),
        ("byDelay(empirical(1ms, 2ms))", .byDelay(.empirical(us: [1000, 2000]), spacing: nil)),
        (
            "byDelay(empirical(1ms, 2ms), 3ms)",
            .byDelay(.empirical(us: [1000, 2000]), spacing: .milliseconds(3))
        ),
    ])
    func `orders are spelled alike in flags and files`(text: String, order: Order) throws {
        #expect(try ValueParser<Order>.order.parse(text).get() == order)
    }

    @Test(arguments: [
        "", "shufle", "displacement", "displacement()", "displacement(-1)", "displacement(x)",
        "byDelay", "byDelay()", "byDelay(5)", "byDelay(5ms, )", "byDelay(5ms, x)", "perKey()",
    ])
    func `what is no order is refused with what is`(text: String) {
        #expect(throws: ValueError.self) { try ValueParser<Order>.order.parse(text).get() }
    }

    @Test func `times to wait are durations or none`() throws {
        #expect(try ValueParser<MaxWait>.maxWait.parse("none").get() == .never)
        #expect(
            try ValueParser<MaxWait>.maxWait.parse("250ms").get() == .after(.milliseconds(250)))
        #expect(throws: ValueError.self) { try ValueParser<MaxWait>.maxWait.parse("5").get() }
    }
}
