@testable import Perturbation

extension Canonical {
    /// Describes an outcome with memory of its own.
    mutating func describe(_ outcome: inout Outcome, drops: [Int32]) {
        var drops = drops
        var originals = outcome.deliveries.filter { $0.copy == 0 }.map(\.slot)
        var memory = [Int32](
            repeating: 77, count: Scratch.room(records: drops.count, orders: 0))
        drops.withUnsafeMutableBufferPointer { drops in
            originals.withUnsafeMutableBufferPointer { originals in
                memory.withUnsafeMutableBufferPointer { memory in
                    var scratch = Scratch(memory)
                    let facts = Facts(
                        drops: drops, originals: originals, hasCopies: true, hasDelays: true)
                    describe(&outcome, facts, &scratch)
                }
            }
        }
    }
}
