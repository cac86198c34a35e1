/// Numbers of one execution's draws: SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number
/// Generators*, OOPSLA 2014) from the seed, the strategy and the number of the execution, so that executions can be
/// drawn in any order and on any core.
struct Dice: Sendable {
    private var state: UInt64

    init(seed: String, stream: String, execution: Int) {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in seed.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in stream.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.state = Self.mixed(
            state &+ UInt64(bitPattern: Int64(execution)) &* 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number below the bound; its bias is below bound / 2^64.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    @inline(__always)
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension UInt64 {
    /// The position of its bit of this rank, from 0.
    @inline(__always)
    func position(ofBit rank: Int) -> Int {
        var rest = self
        for _ in 0..<rank { rest &= rest &- 1 }
        return rest.trailingZeroBitCount
    }
}
