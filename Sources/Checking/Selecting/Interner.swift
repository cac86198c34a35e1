/// Gives each different string of bytes a number, in order of first sight.
///
/// Numbers depend on the order of asking alone. One interner for baseline and variant makes their numbers
/// comparable.
///
/// - Complexity: O(bytes) for each string, amortised; memory: each string once, and 12 to 24 bytes.
struct Interner {
    private var storage: [UInt8] = []
    /// Where each string ends.
    private var ends: [Int] = []
    /// Number + 1, 0 being free, and the upper half of the hash; their count is a power of 2.
    private var slots: [(number: UInt32, hash: UInt32)]

    init() { slots = Array(repeating: (0, 0), count: 1024) }

    var count: Int { ends.count }

    func bytes(of number: Int32) -> [UInt8] { Array(storage[range(of: number)]) }

    /// Lends a string's bytes.
    func withBytes<Result>(
        of number: Int32, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(of: number)])) }
    }

    @inline(__always)
    private func range(of number: Int32) -> Range<Int> {
        let number = Int(number)
        return (number == 0 ? 0 : ends[number - 1])..<ends[number]
    }

    mutating func number(of text: [UInt8]) -> Int32 {
        text.withUnsafeBytes { number(of: $0) }
    }

    mutating func number(of text: UnsafeRawBufferPointer) -> Int32 {
        let hash = Self.hash(text)
        let upper = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].number != 0 {
            if slots[slot].hash == upper, isEqual(text, Int32(slots[slot].number - 1)) {
                return Int32(slots[slot].number - 1)
            }
            slot = (slot + 1) & mask
        }
        storage += text
        ends.append(storage.count)
        slots[slot] = (UInt32(ends.count), upper)
        if ends.count * 2 > slots.count { widen() }
        return Int32(ends.count - 1)
    }

    @inline(__always)
    private func isEqual(_ text: UnsafeRawBufferPointer, _ number: Int32) -> Bool {
        let range = range(of: number)
        guard range.count == text.count else { return false }
        return storage.withUnsafeBytes { bytes in
            UnsafeRawBufferPointer(rebasing: bytes[range]).elementsEqual(text)
        }
    }

    private mutating func widen() {
        slots = Array(repeating: (0, 0), count: slots.count * 2)
        let mask = slots.count - 1
        storage.withUnsafeBytes { bytes in
            for number in ends.indices {
                let hash = Self.hash(
                    UnsafeRawBufferPointer(rebasing: bytes[range(of: Int32(number))]))
                var slot = Int(truncatingIfNeeded: hash) & mask
                while slots[slot].number != 0 { slot = (slot + 1) & mask }
                slots[slot] = (UInt32(number + 1), UInt32(truncatingIfNeeded: hash >> 32))
            }
        }
    }

    /// Eight bytes at a time, each multiplied and folded; ours, for tables alone and kept nowhere.
    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = UInt64(truncatingIfNeeded: text.count) &* multiplier
        var position = 0
        while position + 8 <= text.count {
            hash = fold(hash ^ text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        var rest: UInt64 = 0
        while position < text.count {
            rest = rest << 8 | UInt64(text[position])
            position += 1
        }
        return fold(hash ^ rest)
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
