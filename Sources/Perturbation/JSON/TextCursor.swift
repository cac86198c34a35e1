/// Writes text into memory that has room for it.
struct TextCursor {
    /// Bytes behind what is written that ``put(_:)`` may overwrite with anything.
    static let slack = 16

    private(set) var end: UnsafeMutableRawPointer

    init(_ start: UnsafeMutableRawPointer) { end = start }

    /// A piece of text and its length; memory may be read up to 16 bytes behind it.
    struct Piece {
        let start: UnsafeRawPointer
        let count: Int
    }

    /// Copies in steps of 16 bytes, which for short pieces is quicker than a call of `memcpy`.
    @inline(__always)
    mutating func put(_ piece: Piece) {
        var position = 0
        repeat {
            let bytes = piece.start.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            end.storeBytes(of: bytes, toByteOffset: position, as: SIMD16<UInt8>.self)
            position &+= 16
        } while position < piece.count
        end += piece.count
    }

    /// The number in decimal: at most 20 bytes.
    @inline(__always)
    mutating func put(_ number: Int64) {
        if number < 0 {
            end.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            end += 1
        }
        var rest = number.magnitude
        let count = Self.digits(rest)
        var position = count
        while rest >= 100 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            position &-= 2
            end.storeBytes(of: Self.digits(ofPair: pair), toByteOffset: position, as: UInt16.self)
            rest = quotient
        }
        if rest >= 10 {
            end.storeBytes(of: Self.digits(ofPair: rest), as: UInt16.self)
        } else {
            end.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x30, as: UInt8.self)
        }
        end += count
    }

    /// The digits of numbers that differ in the last four only, as offsets of one window do.
    struct Prefix {
        fileprivate var high = UInt64.max
        fileprivate var text = SIMD16<UInt8>()
        fileprivate var count = 0
    }

    /// The number in decimal, quickest where the last one had the same digits but for four.
    @inline(__always)
    mutating func put(_ number: Int64, after prefix: inout Prefix) {
        let (high, low) = number.magnitude.quotientAndRemainder(dividingBy: 10_000)
        if high != prefix.high || number < 0 { return putAnew(number, high, &prefix) }
        end.storeBytes(of: prefix.text, as: SIMD16<UInt8>.self)
        end += prefix.count
        let (upper, lower) = low.quotientAndRemainder(dividingBy: 100)
        end.storeBytes(of: Self.digits(ofPair: upper), as: UInt16.self)
        end.storeBytes(of: Self.digits(ofPair: lower), toByteOffset: 2, as: UInt16.self)
        end += 4
    }

    @inline(never)
    private mutating func putAnew(_ number: Int64, _ high: UInt64, _ prefix: inout Prefix) {
        let start = end
        put(number)
        guard number >= 10_000 else { return }
        prefix.high = high
        prefix.count = end - start - 4
        prefix.text = start.loadUnaligned(as: SIMD16<UInt8>.self)
    }

    /// Two digits as they stand in memory.
    @inline(__always)
    private static func digits(ofPair pair: UInt64) -> UInt16 {
        let tens = (pair &* 103) >> 10
        return UInt16(truncatingIfNeeded: 0x3030 | tens | (pair &- tens &* 10) << 8).littleEndian
    }

    @inline(__always)
    static func digits(_ number: UInt64) -> Int {
        var digits = 1
        var limit: UInt64 = 10
        while number >= limit {
            digits &+= 1
            if digits == 20 { break }
            limit &*= 10
        }
        return digits
    }
}
