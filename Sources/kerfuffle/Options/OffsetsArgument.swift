import Arguments
import Records

/// A range of offsets on the command line, both ends included.
struct OffsetsArgument: ExpressibleByArgument {
    let range: ClosedRange<Offset>

    var text: String { "\(range.lowerBound)..\(range.upperBound)" }

    static var argumentType: ArgumentType<OffsetsArgument> {
        ArgumentType(valueName: "from..to", spell: \.text) { text in
            guard let range = Self.range(of: text) else {
                return .failure(
                    InvalidArgument(
                        "\"\(text)\" is no range of offsets; write 10..20, 10.., ..20 or 10"))
            }
            return .success(OffsetsArgument(range: range))
        }
    }

    private static func range(of text: String) -> ClosedRange<Offset>? {
        if let offset = Offset(text), offset >= 0 { return offset...offset }
        guard let dots = text.firstRange(of: "..") else { return nil }
        let (front, back) = (text[..<dots.lowerBound], text[dots.upperBound...])
        guard let low = front.isEmpty ? 0 : Offset(front),
            let high = back.isEmpty ? .max : Offset(back), low >= 0, low <= high
        else { return nil }
        return low...high
    }
}
