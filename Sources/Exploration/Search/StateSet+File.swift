#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// States on disk: a head of numbers, the first state, what is kept of the others' words, and these, as they are in memory.
extension StateSet {
    private static let magic: UInt64 = 0x3145_5441_5453_464B
    private static let headCount = 7

    /// - Returns: what the system says where it cannot be written; nil: it was.
    func write(to path: String) -> String? {
        let beside = path + ".part"
        guard let file = fopen(beside, "wb") else { return Self.cause }
        let head = [
            Self.magic, UInt64(words), UInt64(count), UInt64(live.count), UInt64(whole.count),
            UInt64(bytes), Self.packedDigest(states, count * bytes),
        ]
        func put(_ bytes: UnsafeRawPointer?, _ size: Int) -> Bool {
            size == 0 || fwrite(bytes, 1, size, file) == size
        }
        var isWritten = head.withUnsafeBytes { put($0.baseAddress, $0.count) }
        isWritten = isWritten && put(first, words * 4)
        for list in [live, mustFit, whole] {
            isWritten = isWritten && list.withUnsafeBytes { put($0.baseAddress, $0.count) }
        }
        isWritten = isWritten && put(states, count * bytes)
        isWritten = fclose(file) == 0 && isWritten
        guard isWritten, rename(beside, path) == 0 else {
            let cause = Self.cause
            Self.remove(beside)
            return cause
        }
        return nil
    }

    private static var cause: String { String(cString: strerror(errno)) }

    static func remove(_ path: String) { unlink(path) }

    /// Reads what ``write(to:)`` wrote.
    ///
    /// - Returns: nil where the file is not there or not as it was written.
    static func read(_ path: String) -> StateSet? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        func numbers<Number: FixedWidthInteger>(_ count: Int, _ zero: Number) -> [Number]? {
            var numbers = [Number](repeating: zero, count: count)
            let isRead = numbers.withUnsafeMutableBytes { bytes in
                bytes.isEmpty || fread(bytes.baseAddress, 1, bytes.count, file) == bytes.count
            }
            return isRead ? numbers : nil
        }
        guard let head = numbers(headCount, UInt64(0)) else { return nil }
        let size = head[1...5].map { Int(truncatingIfNeeded: $0) }
        let (words, count, liveCount, wholeCount) = (size[0], size[1], size[2], size[3])
        let word = Int32(0)
        guard head[0] == magic, (1...1 << 20).contains(words), count > 0, count < 1 << 32,
            (0...words).contains(liveCount), (0...liveCount).contains(wholeCount),
            size[4] == packedSize(liveCount, wholeCount), let first = numbers(words, word),
            let live = numbers(liveCount, word), let mustFit = numbers(liveCount, word),
            let whole = numbers(wholeCount, word),
            (live + whole).allSatisfy({ 0 <= $0 && $0 < words })
        else { return nil }
        let bytes = count * size[4]
        // What is said to be there is, before room is made for it.
        let start = ftell(file)
        guard fseek(file, 0, SEEK_END) == 0, ftell(file) == start + bytes,
            fseek(file, start, SEEK_SET) == 0
        else { return nil }
        var set = StateSet(words: words)
        set.first.update(from: first, count: words)
        (set.live, set.mustFit, set.whole) = (live, mustFit, whole)
        for word in live { set.fixed[Int(word)] = 0 }
        set.makeRoom(for: count, of: size[4])
        guard fread(set.states, 1, bytes, file) == bytes,
            packedDigest(set.states, bytes) == head[6]
        else { return nil }
        set.index()
        return set
    }
}
