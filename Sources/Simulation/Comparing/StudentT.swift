import Perturbation

/// Student's t distribution, by the logarithm and exponential that runs use, so that a report is the same
/// on any machine.
public enum StudentT {
    /// The probability that |T| is at least |t|, with so many degrees of freedom.
    public static func twoSided(_ t: Double, degrees: Int) -> Double {
        let n = Double(degrees)
        if !t.isFinite { return 0 }
        return incompleteBeta(n / (n + t * t), n / 2, 0.5)
    }

    /// The t that |T| stays below with this probability: 2.0930 for 95% and 19 degrees of freedom.
    ///
    /// By bisection, to 12 digits.
    public static func quantile(_ confidence: Double, degrees: Int) -> Double {
        var (low, high) = (0.0, 1.0)
        while twoSided(high, degrees: degrees) > 1 - confidence && high < 1e9 { high *= 2 }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if twoSided(middle, degrees: degrees) > 1 - confidence {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function by its continued fraction.
    ///
    /// Source: Lentz's method as in Press et al., Numerical Recipes, section 6.4.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = Variates.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Variates.log(x)
                + b * Variates.log(1 - x))
        if x < (a + 1) / (a + b + 2) { return front * fraction(x, a, b) / a }
        return 1 - front * fraction(1 - x, b, a) / b
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...500 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            let factor = d * c
            result *= factor
            if (factor - 1).magnitude < 1e-15 { break }
        }
        return result
    }

    /// Source: Lanczos's approximation with g = 7 and nine terms.
    static func logGamma(_ x: Double) -> Double {
        let terms = [
            0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8,
            771.323_428_777_653_13, -176.615_029_162_140_6, 12.507_343_278_686_905,
            -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
        ]
        let y = x - 1
        var sum = terms[0]
        for (index, term) in terms.enumerated().dropFirst() { sum += term / (y + Double(index)) }
        let t = y + 7.5
        return 0.918_938_533_204_672_8 + (y + 0.5) * Variates.log(t) - t + Variates.log(sum)
    }
}
