/// Uniform over all permutations: Fisher-Yates from the last place down.
///
/// ```
/// in  a b c d e
/// out d a e c b
/// ```
///
/// Draws: for i from n - 1 down to 1 one number below i + 1.
enum Shuffle {
    static func permute(_ items: Scratch.Numbers, _ draws: inout Draws) {
        var last = items.count - 1
        while last > 0 {
            items.swapAt(last, Int(draws.below(UInt32(last + 1))))
            last -= 1
        }
    }
}
