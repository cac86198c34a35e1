import Perturbation
import Records

/// Draws for making test cases: fixed by a name and a number, so that a failing case can be made again.
struct TestRandom {
    private var draws: Draws

    init(_ name: String, _ number: Int = 0) {
        draws = DrawStream(seed: name, purpose: "tests", source: TopicPartition("tests", 0))
            .draws(at: Offset(number))
    }

    mutating func below(_ bound: Int) -> Int { Int(draws.below64(UInt64(bound))) }
    mutating func chance(_ numerator: UInt32, in denominator: UInt32) -> Bool {
        draws.hits(numerator, in: denominator)
    }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }
}
