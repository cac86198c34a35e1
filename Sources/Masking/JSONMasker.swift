import Perturbation

/// Replaces the values at some paths of a JSON document (RFC 8259) and leaves every other byte as it is:
/// blanks, the spelling of numbers, escapes, members that are there twice.
///
/// | value | |
/// |---|---|
/// | text | the token of what it says, escapes resolved; the empty text stays |
/// | number | with `digits` a number of the same length, else the token of its spelling, as a text |
/// | true, false | the token of the word, as a text |
/// | null | stays |
/// | object, array | one token of all its bytes, as a text |
///
/// With `redact` each of them but null becomes null. Where a path leads to a value within one that is
/// replaced, it goes with it.
struct JSONMasker: Sendable {
    private let tree: PathTree
    private let tokens: Tokens
    private var sets: PathSets
    private var frames: [Frame] = []
    private var scratch: [UInt8] = []

    /// A container that is open.
    private struct Frame: Sendable {
        var isObject: Bool
        /// Of the element at hand.
        var index = 0
        /// The container's own set of places, and where its children's begin.
        var set: Range<Int>
        /// Where it begins, and the rule by which all of it is replaced; none: -1.
        var start: Int
        var rule: Int32
    }

    // Of the document at hand.
    /// How much of it was copied, or replaced.
    private var copied = 0
    /// Where the set of the value at hand begins.
    private var set = 0
    /// Within a container that is replaced as a whole.
    private var isInside = false

    /// Deeper documents are taken for no JSON.
    static let mostLevels = 10_000

    init(_ fields: [MaskPlan.FieldMask], _ tokens: Tokens) {
        tree = PathTree(fields)
        sets = PathSets(tree)
        self.tokens = tokens
    }

    /// Appends the document with its values replaced.
    ///
    /// - Returns: false where it is no JSON; what was appended then is of no use.
    /// - Complexity: O(bytes x paths that lead to one place); no recursion.
    mutating func mask(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Bool {
        frames.removeAll(keepingCapacity: true)
        sets.begin()
        (copied, set, isInside) = (0, 0, false)
        var scan = JSONScanner(bytes)
        while true {
            guard let isWhole = takeValue(&scan, bytes, &output) else { return false }
            if !isWhole { continue }
            guard let isOver = goOn(&scan, bytes, &output) else { return false }
            if isOver {
                output += bytes[copied...]
                return true
            }
        }
    }

    // MARK: Steps

    /// Takes a value, or the beginning of a container up to its first child.
    ///
    /// - Returns: whether the value is whole; nil where it is none.
    private mutating func takeValue(
        _ scan: inout JSONScanner, _ bytes: UnsafeRawBufferPointer, _ output: inout [UInt8]
    ) -> Bool? {
        scan.skipBlanks()
        let start = scan.position
        let rule = isInside || set == sets.count ? -1 : sets.rule(from: set)
        switch scan.next() {
        case .fault: return nil
        case .begin(let isObject):
            guard frames.count < Self.mostLevels else { return nil }
            frames.append(
                Frame(isObject: isObject, set: set..<sets.count, start: start, rule: rule))
            if rule >= 0 { isInside = true }
            scan.skipBlanks()
            if scan.ends(isObject: isObject) {
                close(scan.position, bytes, &output)
                return true
            }
            return enterChild(&scan, bytes) ? false : nil
        case .text(let hasEscape):
            guard rule >= 0 else { return true }
            let content = UnsafeRawBufferPointer(
                rebasing: bytes[(start + 1)..<(scan.position - 1)])
            output += bytes[copied..<start]
            if hasEscape {
                JSONScanner.unescaped(content, into: &scratch)
                scratch.withUnsafeBytes { append(rule, text: $0, to: &output) }
            } else {
                append(rule, text: content, to: &output)
            }
            copied = scan.position
        case .number:
            guard rule >= 0 else { return true }
            output += bytes[copied..<start]
            let text = UnsafeRawBufferPointer(rebasing: bytes[start..<scan.position])
            if tree.forms[Int(rule)] == .digits {
                tokens.appendNumber(text, to: &output)
            } else {
                append(rule, text: text, to: &output)
            }
            copied = scan.position
        case .word(let isNull):
            guard rule >= 0, !isNull else { return true }
            append(rule, whole: start..<scan.position, of: bytes, to: &output)
        }
        return true
    }

    /// Behind a value: to the next one of its container, or over the ends of some.
    ///
    /// - Returns: whether that was the end of the document; nil where it is no JSON.
    private mutating func goOn(
        _ scan: inout JSONScanner, _ bytes: UnsafeRawBufferPointer, _ output: inout [UInt8]
    ) -> Bool? {
        while true {
            scan.skipBlanks()
            guard let frame = frames.last else { return scan.isAtEnd ? true : nil }
            if scan.take(UInt8(ascii: ",")) {
                frames[frames.count - 1].index += 1
                return enterChild(&scan, bytes) ? false : nil
            }
            guard scan.ends(isObject: frame.isObject) else { return nil }
            close(scan.position, bytes, &output)
        }
    }

    /// Finds the set of the next child; takes its name where it has one.
    private mutating func enterChild(
        _ scan: inout JSONScanner, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let frame = frames[frames.count - 1]
        sets.cut(to: frame.set.upperBound)
        set = frame.set.upperBound
        guard frame.isObject else {
            if !isInside && !frame.set.isEmpty { sets.enter(frame.index, of: frame.set) }
            return true
        }
        scan.skipBlanks()
        let start = scan.position
        guard let hasEscape = scan.text() else { return false }
        if !isInside && !frame.set.isEmpty {
            let name = UnsafeRawBufferPointer(
                rebasing: bytes[(start + 1)..<(scan.position - 1)])
            if hasEscape {
                JSONScanner.unescaped(name, into: &scratch)
                scratch.withUnsafeBytes { sets.enter($0, of: frame.set) }
            } else {
                sets.enter(name, of: frame.set)
            }
        }
        scan.skipBlanks()
        return scan.take(UInt8(ascii: ":"))
    }

    /// The container at hand ended in front of `end`.
    private mutating func close(
        _ end: Int, _ bytes: UnsafeRawBufferPointer, _ output: inout [UInt8]
    ) {
        let frame = frames.removeLast()
        sets.cut(to: frame.set.upperBound)
        guard frame.rule >= 0 else { return }
        isInside = false
        append(frame.rule, whole: frame.start..<end, of: bytes, to: &output)
    }

    // MARK: Replacing

    /// The token of a text or of a number's spelling, in quotes.
    private func append(
        _ rule: Int32, text: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        append(tree.forms[Int(rule)], text, to: &output)
    }

    private mutating func append(
        _ rule: Int32, whole range: Range<Int>, of bytes: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) {
        output += bytes[copied..<range.lowerBound]
        copied = range.upperBound
        // Of words and containers no form but the plain token can be told apart.
        let form: MaskPlan.Form = tree.forms[Int(rule)] == .redact ? .redact : .token
        append(form, UnsafeRawBufferPointer(rebasing: bytes[range]), to: &output)
    }

    private func append(
        _ form: MaskPlan.Form, _ text: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        if form == .redact {
            output += Self.null
            return
        }
        output.append(UInt8(ascii: "\""))
        tokens.append(form, of: text, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private static let null = Array("null".utf8)
}
