/// Places in the bytes of a text.
extension [UInt8] {
    /// Where the first bytes stand that are no UTF-8; nil if all are.
    var firstPlaceNotUTF8: Place? {
        if String(validating: self, as: UTF8.self) != nil { return nil }
        var place = Place.start
        var position = startIndex
        // Repaired text differs from the bytes at the first bad one and not before.
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            let encoded = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard self[position...].starts(with: encoded) else { return place }
            position += encoded.count
            place =
                scalar == "\n"
                ? Place(line: place.line + 1, column: 1)
                : Place(line: place.line, column: place.column + 1)
        }
        return place
    }

    /// The place of the byte at `offset`, which may be the end.
    func place(ofByte offset: Int) -> Place {
        let before = self[..<Swift.min(offset, count)]
        let line = before.count { $0 == UInt8(ascii: "\n") }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count
        return Place(line: line + 1, column: column + 1)
    }

    /// The character at a place, if there is one.
    func character(at place: Place) -> Unicode.Scalar? {
        let lines = split(
            separator: UInt8(ascii: "\n"), maxSplits: place.line, omittingEmptySubsequences: false)
        guard lines.indices.contains(place.line - 1) else { return nil }
        let scalars = String(decoding: lines[place.line - 1], as: UTF8.self).unicodeScalars
        return scalars.dropFirst(place.column - 1).first
    }
}
