import KerfuffleSimulation

/// Loads the stock, checks it, works for a while, stores what is left.
struct Reserve: SwiftHandler {
    enum Label: CaseIterable { case load, work, store }

    /// Whether a store is refused once somebody else has stored since the load.
    let checksVersion: Bool
    private var stock: Int64 = 0

    init(checksVersion: Bool) { self.checksVersion = checksVersion }

    func step(_ label: Label) -> CodeStep {
        switch label {
        case .load: .load("inventory")
        case .work: .think(.exponential(meanUs: 10_000))
        case .store: .store("inventory", as: checksVersion ? .versioned : .value)
        }
    }

    mutating func next(
        after label: Label?, _ answer: Answer, _ message: MessageView
    ) -> Next<Label> {
        switch (label, answer) {
        case (nil, _):
            return .go(.load)
        case (.load, .loaded(let value, _)):
            if value < 1 { return .reject }
            stock = value
            return .go(.work)
        case (.work, _):
            return .store(.store, .to(stock - 1))
        case (_, .failed(let kind)):
            return .fail(kind)
        default:
            return .done
        }
    }
}
