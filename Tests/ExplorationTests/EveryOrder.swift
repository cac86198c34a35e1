import Checking

@testable import Exploration

/// All executions, one after the other, by their histories.
struct EveryOrder: ~Copyable {
    private let model: Model
    private var stepper: Stepper

    init(_ model: Model) {
        self.model = model
        stepper = Stepper(model)
    }

    /// - Returns: the kinds of all anomalies of all executions.
    mutating func anomalies() -> Set<Anomaly.Kind> {
        var found: Set<Anomaly.Kind> = []
        add(behind: [], to: &found)
        return found
    }

    private mutating func add(behind way: [Choice], to found: inout Set<Anomaly.Kind>) {
        stepper.reset()
        for choice in way { stepper.step(Int(choice.delivery), choice.action) }
        let enabled = stepper.enabled
        if enabled == 0 {
            found.formUnion(Execution(model, way).history.anomalies().map(\.kind))
            return
        }
        var next: [Choice] = []
        for slot in 0..<stepper.slotCount where enabled & 1 << UInt64(slot) != 0 {
            let actions = stepper.actions(slot)
            next += Action.allCases.filter { actions & $0.bit != 0 }
                .map { Choice(UInt8(slot), $0) }
        }
        for choice in next { add(behind: way + [choice], to: &found) }
    }
}
