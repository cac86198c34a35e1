import Configuration
import Perturbation

/// How a source's keys are drawn, ready for use.
struct KeyTable {
    private enum Kind {
        case one, uniform, table, hot, fresh, listed
    }

    private let kind: Kind
    private let count: UInt64
    private let hot: UInt64
    private let share: UInt64
    /// Where the share of key i ends, of 2^64.
    private var ends: [UInt64] = []
    /// The first key whose share ends behind the start of each of as many equal parts.
    private var guide: [Int32] = []
    /// The key of each message.
    private var listed: [Int32] = []

    init(_ keys: Source.Keys) {
        count = UInt64(keys.count ?? 0)
        switch keys {
        case .one: (kind, hot, share) = (.one, 0, 0)
        case .fresh: (kind, hot, share) = (.fresh, 0, 0)
        case .uniform: (kind, hot, share) = (.uniform, 0, 0)
        case .recorded(let workload):
            (kind, hot, share) = (.listed, 0, 0)
            listed = workload.keys
        case .hotSet(let hot, _, let share):
            (kind, self.hot, self.share) = (.hot, UInt64(hot), share.threshold)
        case .zipf(let count, let exponent):
            (kind, hot, share) = (.table, 0, 0)
            fill(count, Double(exponent.numerator) / Double(exponent.denominator))
        }
    }

    /// Shares by i^-s = e^(-s ln i), summed from the rarest, so that no small one is lost in a large sum.
    private mutating func fill(_ count: Int, _ exponent: Double) {
        var sums = [Double](repeating: 0, count: count)
        var total = 0.0
        for index in stride(from: count - 1, through: 0, by: -1) {
            sums[index] = total
            total += Variates.exp(-exponent * Variates.log(Double(index + 1)))
        }
        ends = sums.map { behind in
            let share = 1 - behind / total
            return share >= 1 ? .max : UInt64(share * 0x1p64)
        }
        ends[count - 1] = .max
        var key = 0
        guide = (0..<count).map { part in
            let start = UInt64(truncatingIfNeeded: UInt128(part) << 64 / UInt128(count))
            while ends[key] <= start && key < count - 1 { key += 1 }
            return Int32(key)
        }
    }

    /// The key of a message.
    ///
    /// - Parameters:
    ///   - number: the message's number within its source, for fresh keys.
    @inline(__always)
    func key(_ stream: RandomStream, _ number: Int64) -> Int32 {
        switch kind {
        case .one: return 0
        case .fresh: return Int32(truncatingIfNeeded: number & 0x7FFF_FFFF)
        case .uniform:
            return Int32(truncatingIfNeeded: RandomStream.below(count, stream.bits(number, 0)))
        case .table, .hot: return drawn(stream, number)
        case .listed: return listed[Int(number)]
        }
    }

    @inline(never)
    private func drawn(_ stream: RandomStream, _ number: Int64) -> Int32 {
        let (first, second) = stream.pair(number, 0)
        if kind == .hot {
            let isHot = first < share
            let drawn =
                isHot
                ? RandomStream.below(hot, second) : hot + RandomStream.below(count - hot, second)
            return Int32(truncatingIfNeeded: drawn)
        }
        var key = Int(guide[Int(RandomStream.below(count, first))])
        while first >= ends[key] && key < ends.count - 1 { key += 1 }
        return Int32(truncatingIfNeeded: key)
    }
}
