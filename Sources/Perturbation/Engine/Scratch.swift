/// Scratch memory of one window, handed out piece by piece; what is in a piece is not said.
///
/// The engine keeps one array for all windows and lends it for the length of one: loops run over plain
/// memory, and no window allocates.
struct Scratch: ~Copyable {
    typealias Numbers = UnsafeMutableBufferPointer<Int32>

    /// What a window of `records` needs at most, in numbers: 7 pieces for drops and places, 6 and a
    /// table of up to 4 for orders by key, 4 for the canonical form; tables are no smaller than 16.
    static func room(records: Int, orders: Int) -> Int { 21 * records + 16 * orders }

    private let memory: Numbers
    private var used = 0

    init(_ memory: Numbers) { self.memory = memory }

    /// A piece of `count` numbers.
    @inline(__always)
    mutating func take(_ count: Int) -> Numbers {
        let start = used
        used += count
        precondition(used <= memory.count, "the room for a window counts all of its pieces")
        return Numbers(rebasing: memory[start..<used])
    }

    /// A piece of `count` times the same number.
    @inline(__always)
    mutating func take(_ count: Int, filledWith number: Int32) -> Numbers {
        let piece = take(count)
        piece.update(repeating: number)
        return piece
    }
}

extension Array {
    /// Makes it `count` elements long. Those that were there keep what they held; the caller writes all.
    @inline(__always)
    mutating func resize(to count: Int, filler: Element) {
        if count < self.count {
            removeLast(self.count - count)
        } else if count > self.count {
            append(contentsOf: repeatElement(filler, count: count - self.count))
        }
    }
}

/// The first index for which `isBefore` no longer holds; it must hold for a prefix.
@inline(__always)
func partitionPoint(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = (low + high) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}
