/// Logarithm, exponential and normal variates in specified operations: IEEE 754 double addition,
/// multiplication, division and square root in the order that stands here, never fused, never a
/// library's transcendental function. So they are the same bits on any machine and in any language
/// that follows the standard (`Tests/Reference/kerfuffle_reference.py` does).
public enum Variates {
    /// ln 2 in two parts; the last 21 bits of the first are zero, so that small multiples are exact.
    private static let ln2High = Double(bitPattern: 0x3FE6_2E42_FEE0_0000)
    private static let ln2Low = Double(bitPattern: 0x3DEA_39EF_3579_3C76)
    private static let ln2 = Double(bitPattern: 0x3FE6_2E42_FEFA_39EF)
    private static let squareRootOf2 = Double(bitPattern: 0x3FF6_A09E_667F_3BCD)

    /// The natural logarithm of a positive, finite, normal number; within 2 units of the last place.
    ///
    /// x = m 2^e with m in [1/sqrt 2, sqrt 2); ln m = 2 artanh s, s = (m - 1) / (m + 1), by its series
    /// to s^23.
    public static func log(_ x: Double) -> Double { logarithm(x) }

    /// Puts the logarithm of each number in its place: the same bits as ``log(_:)`` has, in a third of the
    /// time, since one number's operations need not wait for another's.
    public static func log(of numbers: UnsafeMutableBufferPointer<Double>) {
        for index in numbers.indices { numbers[index] = logarithm(numbers[index]) }
    }

    @inline(__always)
    private static func logarithm(_ x: Double) -> Double {
        let bits = x.bitPattern
        var exponent = Int32(truncatingIfNeeded: (bits >> 52) & 0x7FF) &- 1023
        var mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
        if mantissa >= squareRootOf2 {
            mantissa = mantissa / 2
            exponent &+= 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let z = s * s
        var series = 1.0 / 23.0
        var term = 21
        while term >= 1 {
            series = series * z
            series = series + 1.0 / Double(term)
            term -= 2
        }
        let scale = Double(exponent)
        let small = scale * ln2Low + 2 * s * series
        return scale * ln2High + small
    }

    /// e to the power of a number in [-700, 700]; values outside are taken to that range.
    ///
    /// x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor series to r^14.
    public static func exp(_ x: Double) -> Double {
        let clamped = Swift.min(700.0, Swift.max(-700.0, x))
        let k = (clamped / ln2 + 0.5).rounded(.down)
        let high = clamped - k * ln2High
        let r = high - k * ln2Low
        var series = 1.0
        var term = 14
        while term >= 1 {
            series = series * r
            series = series / Double(term)
            series = series + 1.0
            term -= 1
        }
        return series * Double(bitPattern: UInt64(Int(k) + 1023) << 52)
    }

    /// Uniform over (0, 1]: the upper 53 bits of two words, plus one, over 2^53.
    @inline(__always)
    public static func uniform(_ draws: inout Draws) -> Double {
        Double((draws.next64() >> 11) + 1) * 0x1p-53
    }

    /// An exponential variate of mean 1.
    public static func exponential(_ draws: inout Draws) -> Double {
        -log(uniform(&draws))
    }

    /// A normal variate of mean 0 and variance 1, by Marsaglia's polar method (1964): the first of its
    /// two results; the second is not used, so that no state is left over.
    public static func normal(_ draws: inout Draws) -> Double {
        while true {
            let u = uniform(&draws) * 2 - 1
            let v = uniform(&draws) * 2 - 1
            let s = u * u + v * v
            if s > 0 && s < 1 {
                let ratio = -2 * log(s) / s
                return u * ratio.squareRoot()
            }
        }
    }
}
