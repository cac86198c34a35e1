import Perturbation

/// How values become places on an axis, and which of them are labelled.
struct ChartScale {
    let low: Double
    let high: Double
    let isLogarithmic: Bool
    let ticks: [Double]
    /// Where the axis begins and ends on the drawing; the end may be the smaller one.
    var start = 0.0
    var end = 1.0

    /// A scale for values from 0 on, or by powers of ten where the greatest is 40 times the least of those
    /// above 0 and none is 0.
    ///
    /// - Parameters:
    ///   - values: with the ends of their intervals.
    ///   - fits: whether the axis ends with the greatest value, not with the tick behind it.
    init(_ values: [Double], count: Int = 4, fits: Bool = false) {
        let most = values.max() ?? 0
        let least = values.min() ?? 0
        if least > 0, most >= 40 * least {
            isLogarithmic = true
            (low, high, ticks) = Self.powers(least, most)
        } else {
            isLogarithmic = false
            let bottom = min(0, least)
            let step = Self.step(most - bottom, count)
            low = (bottom / step).rounded(.down) * step
            let end = max(low + step, (most / step).rounded(.up) * step)
            high = fits && most > bottom ? most : end
            let first = Int((low / step).rounded())
            let last = Int((high / step * (1 + 1e-9)).rounded(.down))
            ticks = (first...last).map { Double($0) * step }
        }
    }

    /// A scale with ticks at the values themselves.
    init(at positions: [Double], isLogarithmic: Bool) {
        self.isLogarithmic = isLogarithmic
        low = positions.first ?? 0
        high = positions.last ?? 1
        ticks = positions
    }

    func place(_ value: Double) -> Double {
        let share: Double
        if isLogarithmic {
            let (bottom, top) = (Variates.log(low), Variates.log(high))
            share = (Variates.log(max(value, low)) - bottom) / (top - bottom)
        } else {
            share = high > low ? (value - low) / (high - low) : 0.5
        }
        return start + (end - start) * share
    }

    /// 1, 2 or 5 times a power of ten, about `count` of which cover the range.
    private static func step(_ range: Double, _ count: Int) -> Double {
        guard range > 0, range.isFinite else { return 1 }
        var power = 1.0
        while power * Double(count) * 10 <= range { power *= 10 }
        while power * Double(count) > range { power /= 10 }
        for factor in [1.0, 2, 5] where power * factor * Double(count) >= range {
            return power * factor
        }
        return power * 10
    }

    private static func powers(_ least: Double, _ most: Double) -> (Double, Double, [Double]) {
        var low = 1.0
        while low > least { low /= 10 }
        while low * 10 <= least { low *= 10 }
        var ticks = [low]
        while let last = ticks.last, last < most { ticks.append(last * 10) }
        return (low, ticks.last ?? low * 10, ticks)
    }
}
