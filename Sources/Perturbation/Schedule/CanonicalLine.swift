import Configuration
import Records

/// Reads decision lines in the spelling that ``DecisionEncoder`` gives them, without building JSON.
/// What is spelled otherwise is left to the parser of any spelling, which also learns new partitions
/// and rules for this one.
struct CanonicalLine: Sendable {
    /// `orders/3@` as it stands in a line, of the partition met last.
    private var place: [UInt8] = []
    private var source = TopicPartition("", 0)
    /// Names of rules as they stand in lines.
    private var names: [[UInt8]] = []

    mutating func learn(_ source: TopicPartition) {
        self.source = source
        place = TextBuffer.escaped("\(source)@")
    }

    mutating func learn(rule name: String) { names.append(TextBuffer.escaped(name)) }

    /// nil where the line is spelled otherwise, or is of another partition or rule than is known.
    func decision(_ bytes: UnsafeRawBufferPointer) -> (TopicPartition, LineDecision)? {
        place.withUnsafeBufferPointer { place in
            var scanner = Scanner(rest: bytes, place: place)
            guard scanner.take("{\"in\":"), let slot = scanner.takePlace(),
                scanner.take(",\"op\":\""),
                let operation = operation(&scanner), let rule = rule(&scanner),
                scanner.rest.isEmpty
            else { return nil }
            return (source, LineDecision(slot: slot, operation, rule: rule))
        }
    }

    @inline(__always)
    private func operation(_ scanner: inout Scanner) -> LineDecision.Operation? {
        if scanner.take("move\"") { return scanner.takeGap().map { .move($0) } }
        if scanner.take("drop\"") { return .drop }
        if scanner.take("duplicate\",\"copy\":") {
            guard let copy = scanner.takeCopy(), copy >= 1 else { return nil }
            guard scanner.isAtGap else { return .duplicate(copy: copy, nil) }
            return scanner.takeGap().map { .duplicate(copy: copy, $0) }
        }
        if scanner.take("delay\",\"copy\":") {
            guard let copy = scanner.takeCopy(), scanner.take(",\"delay_us\":"),
                let delay = scanner.takeNumber(), 0...DurationDistribution.longest ~= delay
            else { return nil }
            return .delay(copy: copy, microseconds: delay)
        }
        if scanner.take("corrupt\",\"copy\":") {
            guard let copy = scanner.takeCopy() else { return nil }
            return scanner.takeCorruption().map { .corrupt(copy: copy, $0) }
        }
        return scanner.take("untimed\"") ? .untimed : nil
    }

    /// The rule and the end of the line; -1 where no rule is named.
    @inline(__always)
    private func rule(_ scanner: inout Scanner) -> Int32? {
        if scanner.take(",\"by\":\"") {
            for index in names.indices {
                let isIt = names[index].withUnsafeBufferPointer { name in
                    scanner.take(UnsafeRawBufferPointer(name), "\"}")
                }
                if isIt { return Int32(index) }
            }
            return nil
        }
        return scanner.take("}") ? -1 : nil
    }
}

/// Takes what it expects from the front of a line.
private struct Scanner {
    var rest: UnsafeRawBufferPointer
    let place: UnsafeBufferPointer<UInt8>

    @inline(__always)
    private mutating func advance(_ count: Int) {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }

    @inline(__always)
    private func starts(with text: UnsafeRawBufferPointer, at position: Int = 0) -> Bool {
        guard position + text.count <= rest.count else { return false }
        for index in 0..<text.count where rest[position + index] != text[index] { return false }
        return true
    }

    @inline(__always)
    mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(
            start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard starts(with: wanted) else { return false }
        advance(wanted.count)
        return true
    }

    /// Both or nothing.
    @inline(__always)
    mutating func take(_ text: UnsafeRawBufferPointer, _ end: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: end.utf8Start, count: end.utf8CodeUnitCount)
        guard starts(with: text), starts(with: wanted, at: text.count) else { return false }
        advance(text.count + wanted.count)
        return true
    }

    /// `"orders/3@1204"`, of the known partition.
    @inline(__always)
    mutating func takePlace() -> Offset? {
        guard take("\""), !place.isEmpty, starts(with: UnsafeRawBufferPointer(place)) else {
            return nil
        }
        advance(place.count)
        guard let offset = takeNumber(), offset >= 0, take("\"") else { return nil }
        return offset
    }

    /// Whether an anchor follows, and not the rule or the end.
    var isAtGap: Bool {
        var copy = self
        return copy.take(",\"after\":") || copy.take(",\"before\":")
    }

    @inline(__always)
    mutating func takeGap() -> LineDecision.Gap? {
        if take(",\"after\":") { return takePlace().map { .after($0) } }
        if take(",\"before\":") { return takePlace().map { .before($0) } }
        return nil
    }

    @inline(__always)
    mutating func takeCopy() -> Int32? {
        takeNumber().flatMap { $0 < 0 ? nil : Int32(exactly: $0) }
    }

    @inline(__always)
    mutating func takeCorruption() -> Corruption? {
        if take(",\"to_bytes\":") {
            return takeCopy().map { .truncate(toBytes: $0) }
        }
        if take(",\"flip_bit\":") {
            return takeNumber().flatMap { $0 < 0 ? nil : .flip(bit: $0) }
        }
        return take(",\"null\":true") ? Corruption.null : nil
    }

    /// A whole number of at most 18 digits as we write it: no zeros in front, no minus before a zero.
    @inline(__always)
    mutating func takeNumber() -> Int64? {
        let isNegative = rest.first == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        var end = start
        var number: Int64 = 0
        while end < rest.count, rest[end] &- 0x30 < 10 {
            number = number &* 10 &+ Int64(rest[end] &- 0x30)
            end += 1
        }
        let digits = end - start
        guard digits > 0, digits <= 18, rest[start] != 0x30 || (digits == 1 && !isNegative) else {
            return nil
        }
        advance(end)
        return isNegative ? -number : number
    }
}
