/// Uniform over all permutations: Fisher-Yates from the last place down.
///
/// ```
/// in  a b c d e
/// out d a e c b
/// ```
///
/// Draws: for i from n - 1 down to 1 one number below i + 1.
enum Shuffle {
    static func permute(_ items: inout [Int32], _ draws: inout Draws) {
        guard items.count > 1 else { return }
        for last in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(last, Int(draws.below(UInt32(last + 1))))
        }
    }
}
