import Configuration
import Perturbation
import Records

/// Draws for making test cases: fixed by a name, so that a failing case can be made again.
struct TestRandom {
    private var draws: Draws

    init(_ name: String, _ number: Int = 0) {
        let source = TopicPartition("tests", 0)
        draws = DrawStream(seed: name, purpose: "tests", source: source).draws(at: Offset(number))
    }

    mutating func below(_ bound: Int) -> Int { Int(draws.below64(UInt64(bound))) }
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }
    mutating func chance(_ numerator: UInt32, in denominator: UInt32) -> Bool {
        draws.hits(numerator, in: denominator)
    }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
    mutating func word64() -> UInt64 { draws.next64() }
    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<within(count)).map { _ in UInt8(below(256)) }
    }
    mutating func shuffle<Element>(_ items: inout [Element]) {
        for last in items.indices.dropFirst().reversed() { items.swapAt(last, below(last + 1)) }
    }
}
