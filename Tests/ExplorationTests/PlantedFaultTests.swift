import Testing

@testable import Exploration

/// Conflicts that a model is made to forget: the comparison of searches must notice each.
struct PlantedFaultTests {
    struct Plant: Sendable, CustomTestStringConvertible {
        let name: String
        let scenario: Scenario
        let forgets: @Sendable (Layout.Object) -> Bool

        var testDescription: String { name }
    }

    private static let plants: [Plant] = [
        Plant(
            name: "stores of one entity",
            scenario: .single(
                "", messages: 2, steps: "{load: a}, {change: -1}, {store: a}",
                rest: "invariants: [noLostUpdate]"),
            forgets: { if case .entity = $0 { true } else { false } }),
        Plant(
            name: "one of two entities",
            scenario: .single(
                "", messages: 2,
                steps: "{load: b}, {load: a}, {change: -1}, {store: b}",
                rest: "invariants: [noLostUpdate]"),
            forgets: { if case .entity(1, _) = $0 { true } else { false } }),
        Plant(
            name: "locks",
            scenario: Scenario(
                "",
                """
                sources:
                  s: {to: q, arrivals: together, keys: one, messages: 1}
                  t: {to: r, arrivals: together, keys: one, messages: 1}
                stores: {a: {}}
                handlers:
                  h: {from: q, steps: [{acquire: l}, {acquire: m}, {load: a}]}
                  i: {from: r, steps: [{acquire: m}, {acquire: l}, {load: a}]}
                """),
            forgets: { if case .lock = $0 { true } else { false } }),
        Plant(
            name: "who is done first",
            scenario: .single(
                "", messages: 2, steps: "{effect: e}", rest: "invariants: [fifoPerKey]"),
            forgets: { if case .done = $0 { true } else { false } }),
        Plant(
            name: "deliveries of one message",
            scenario: .single(
                "", messages: 1, steps: "{lookUp: keys}, {effect: e}, {note: keys}",
                rest: "bounds: {redeliveries: 1}\ninvariants: [exactlyOnceEffect]"),
            forgets: { if case .message = $0 { true } else { false } }),
        Plant(
            name: "a message and what its source sends twice",
            scenario: Scenario(
                "",
                """
                sources:
                  s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
                stores: {a: {}}
                handlers: {h: {from: q, workers: 2, steps: [{lookUp: k}, {effect: e}, {note: k}]}}
                invariants: [exactlyOnceEffect]
                """),
            forgets: { if case .message = $0 { true } else { false } }),
    ]

    @Test(arguments: plants)
    func `a pair of steps that is wrongly taken for independent is noticed`(plant: Plant) throws {
        let model = try plant.scenario.model()
        let naive = try Outcome.search { DepthFirst(keepsStates: false).run(model, &$0) }
        let right = try Outcome.search { SourceDPOR().run(model, &$0) }
        #expect(right == naive)
        let forgetful = model.forgettingConflicts(about: plant.forgets)
        let wrong = try Outcome.search { SourceDPOR().run(forgetful, &$0) }
        #expect(wrong != naive)
    }
}
