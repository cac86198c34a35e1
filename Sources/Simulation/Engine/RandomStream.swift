import Perturbation
import Records

/// Draws for one purpose, keyed and not sequential: what is drawn for an entity's attempt depends on the
/// seed, the purpose's name, entity and attempt alone. So a topology that changes in one place keeps all
/// other draws, and strategies are compared under the same arrivals, keys and latencies.
///
/// The block of (entity, attempt, index) is Philox4x32-10 of the counter (low half of the entity, high
/// half, attempt, index) under the key of ``Perturbation/DrawStream`` for seed and the purpose
/// `simulation/<name>`; its words 0 and 1 are the first number of 64 bits, 2 and 3 the second.
struct RandomStream: BitwiseCopyable {
    let low: UInt32
    let high: UInt32

    init(seed: String, name: String) {
        let stream = DrawStream(
            seed: seed, purpose: "simulation/\(name)", source: TopicPartition("", 0))
        low = UInt32(truncatingIfNeeded: stream.key)
        high = UInt32(truncatingIfNeeded: stream.key >> 32)
    }

    /// Two independent numbers, uniform over 64 bits.
    @inline(__always)
    func pair(_ entity: Int64, _ attempt: Int32, _ index: UInt32 = 0) -> (UInt64, UInt64) {
        let bits = UInt64(bitPattern: entity)
        let block = Philox.block(
            (
                UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32),
                UInt32(bitPattern: attempt), index
            ), key: (low, high))
        return (
            UInt64(block.0) | UInt64(block.1) << 32, UInt64(block.2) | UInt64(block.3) << 32
        )
    }

    @inline(__always)
    func bits(_ entity: Int64, _ attempt: Int32, _ index: UInt32 = 0) -> UInt64 {
        pair(entity, attempt, index).0
    }

    /// Uniform over (0, 1], from the upper 53 bits.
    @inline(__always)
    static func unit(_ bits: UInt64) -> Double { Double((bits >> 11) &+ 1) * 0x1p-53 }

    /// A number below `bound`: the high half of the product, whose bias is below bound / 2^64.
    @inline(__always)
    static func below(_ bound: UInt64, _ bits: UInt64) -> UInt64 {
        bits.multipliedFullWidth(by: bound).high
    }
}
