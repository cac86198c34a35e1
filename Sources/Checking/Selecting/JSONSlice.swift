/// Finds parts of a JSON text without building it: values as ranges of bytes.
///
/// It trusts the text where it does not look: what it steps over is not checked. Half a text, or text that is no
/// JSON where it looks, finds nothing.
struct JSONSlice {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The whole text's value.
    var root: Range<Int>? {
        var position = 0
        return value(at: &position)
    }

    /// The value at a path; nil where nothing stands there.
    func value(at path: [FieldPath.Step]) -> Range<Int>? {
        guard var found = root else { return nil }
        for step in path {
            let next: Range<Int>?
            switch step {
            case .field(let name): next = member(name, of: found)
            case .index(let index): next = element(index, of: found)
            }
            guard let next else { return nil }
            found = next
        }
        return found
    }

    /// The value of an object's last member of that name (as every parser takes it).
    func member(_ name: [UInt8], of object: Range<Int>) -> Range<Int>? {
        var found: Range<Int>?
        forEachMember(of: object) { key, value in
            if isEqual(key, name) { found = value }
        }
        return found
    }

    /// Each member: the range of its name within the quotes, and of its value.
    func forEachMember(of object: Range<Int>, _ body: (Range<Int>, Range<Int>) -> Void) {
        guard begins(object, with: "{") else { return }
        var position = object.lowerBound + 1
        while true {
            skipSpace(&position)
            guard position < object.upperBound, bytes[position] == UInt8(ascii: "\""),
                let key = string(at: &position)
            else { return }
            skipSpace(&position)
            guard position < object.upperBound, bytes[position] == UInt8(ascii: ":") else { return }
            position += 1
            guard let value = value(at: &position) else { return }
            body(key.lowerBound + 1..<key.upperBound - 1, value)
            skipSpace(&position)
            guard position < object.upperBound, bytes[position] == UInt8(ascii: ",") else { return }
            position += 1
        }
    }

    /// Below 0: from the end, as jq has it.
    private func element(_ index: Int, of array: Range<Int>) -> Range<Int>? {
        guard begins(array, with: "[") else { return nil }
        var elements: [Range<Int>] = []
        var position = array.lowerBound + 1
        while index < 0 || elements.count <= index {
            guard let value = value(at: &position) else { break }
            elements.append(value)
            skipSpace(&position)
            guard position < array.upperBound, bytes[position] == UInt8(ascii: ",") else { break }
            position += 1
        }
        let wanted = index < 0 ? elements.count + index : index
        return elements.indices.contains(wanted) ? elements[wanted] : nil
    }

    // MARK: Kinds

    func begins(_ value: Range<Int>, with letter: Unicode.Scalar) -> Bool {
        !value.isEmpty && bytes[value.lowerBound] == UInt8(ascii: letter)
    }

    func isNull(_ value: Range<Int>) -> Bool { begins(value, with: "n") }

    /// Truth as jq has it: all but `null` and `false`.
    func isTrue(_ value: Range<Int>) -> Bool { !isNull(value) && !begins(value, with: "f") }

    // MARK: Steps

    @inline(__always)
    private func skipSpace(_ position: inout Int) {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    private func value(at position: inout Int) -> Range<Int>? {
        skipSpace(&position)
        guard position < bytes.count else { return nil }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "\""): return string(at: &position)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return nested(at: &position)
        default:
            while position < bytes.count, !Self.ends(bytes[position]) { position += 1 }
            return start == position ? nil : start..<position
        }
    }

    /// A string with its quotes.
    @inline(__always)
    private func string(at position: inout Int) -> Range<Int>? {
        let start = position
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return start..<position }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        return nil
    }

    private func nested(at position: inout Int) -> Range<Int>? {
        let start = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard string(at: &position) != nil else { return nil }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return start..<position }
        }
        return nil
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            || byte <= 0x20
    }

    @inline(__always)
    private func isEqual(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
        let written = UnsafeRawBufferPointer(rebasing: bytes[range])
        if written.contains(UInt8(ascii: "\\")) {
            return JSONText.decoded(written).elementsEqual(name)
        }
        return written.elementsEqual(name)
    }
}
