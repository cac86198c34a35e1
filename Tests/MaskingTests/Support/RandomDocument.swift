import Perturbation

@testable import Masking

/// A generator of tests, by SplitMix64.
struct TestRandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }
}

/// A JSON document that knows what its texts say and how each of its bytes is spelled.
indirect enum Document {
    case text(spelled: String, says: String)
    case number(String)
    case word(String)
    case array([(before: String, Document, after: String)], blank: String)
    case object(
        [(before: String, spelled: String, name: String, colon: String, Document, after: String)],
        blank: String)

    var spelled: String {
        switch self {
        case .text(let spelled, _): spelled
        case .number(let text), .word(let text): text
        case .array(let elements, let blank):
            elements.isEmpty
                ? "[\(blank)]"
                : "[" + elements.map { $0.before + $0.1.spelled + $0.after }.joined(separator: ",")
                    + "]"
        case .object(let members, let blank):
            members.isEmpty
                ? "{\(blank)}"
                : "{"
                    + members.map { $0.before + $0.spelled + $0.colon + $0.4.spelled + $0.after }
                    .joined(separator: ",") + "}"
        }
    }

    /// The document as it should be masked, found by walking down each path by itself.
    ///
    /// - Parameter open: for each field the steps that are left at this value, in every way to read it.
    func masked(
        _ fields: [MaskPlan.FieldMask], _ open: [Set<[MaskPath.Step]>], _ tokens: Tokens
    ) -> String {
        if let rule = open.firstIndex(where: { $0.contains([]) }) {
            return replaced(fields[rule].form, tokens)
        }
        func below(_ isThere: (MaskPath.Step.Target) -> Bool) -> [Set<[MaskPath.Step]>] {
            open.map { ways in
                var next: Set<[MaskPath.Step]> = []
                for way in ways {
                    guard let step = way.first else { continue }
                    if step.isDeep { next.insert(way) }
                    if step.target == .any || isThere(step.target) {
                        next.insert(Array(way.dropFirst()))
                    }
                }
                return next
            }
        }
        switch self {
        case .text, .number, .word: return spelled
        case .array(let elements, let blank):
            if elements.isEmpty { return "[\(blank)]" }
            let all = elements.enumerated().map { index, element in
                element.before
                    + element.1.masked(fields, below { $0 == .element(index) }, tokens)
                    + element.after
            }
            return "[" + all.joined(separator: ",") + "]"
        case .object(let members, let blank):
            if members.isEmpty { return "{\(blank)}" }
            let all = members.map { member in
                member.before + member.spelled + member.colon
                    + member.4.masked(
                        fields, below { $0 == .member(member.name) }, tokens)
                    + member.after
            }
            return "{" + all.joined(separator: ",") + "}"
        }
    }

    private func replaced(_ form: MaskPlan.Form, _ tokens: Tokens) -> String {
        func token(_ form: MaskPlan.Form, _ text: String) -> String {
            var output: [UInt8] = []
            Array(text.utf8).withUnsafeBytes { tokens.append(form, of: $0, to: &output) }
            return "\"" + String(decoding: output, as: UTF8.self) + "\""
        }
        if case .word("null") = self { return "null" }
        if form == .redact { return "null" }
        switch self {
        case .text(_, let says): return token(form, says)
        case .number(let text) where form == .digits:
            let mantissa = text.prefix { $0 != "e" && $0 != "E" }
            return token(.digits, String(mantissa)).filter { $0 != "\"" }
                + text.dropFirst(mantissa.count)
        case .number(let text): return token(form, text)
        case .word, .array, .object: return token(.token, spelled)
        }
    }
}

extension TestRandom {
    static let names = ["a", "b", "email", "Zo\u{EB}", "x y", "", "a\"b", "\u{1F600}"]

    mutating func blank() -> String {
        below(3) > 0 ? "" : (0..<below(3)).map { _ in pick([" ", "\n", "\t", "\r"]) }.joined()
    }

    /// A text and one of the ways to spell it.
    mutating func spelling(of text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let isForced = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
            if isForced || below(6) == 0 {
                for unit in Array(String(scalar).utf16) {
                    let digits = String(unit, radix: 16, uppercase: below(2) == 0)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else if scalar == "/" && below(2) == 0 {
                result += "\\/"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    mutating func document(_ depth: Int = 0) -> Document {
        switch below(depth > 4 ? 4 : 7) {
        case 0, 1:
            let says = pick([
                "", "jane@shop.test", "42", "a/b\\\"\n", "Zo\u{EB}", "\u{1F600}",
                "6f1c9c1e-0a4e-4a0e-9d9e-3a1d5b7c9e11", "+49 30 123", "a much longer plain text",
            ])
            return .text(spelled: spelling(of: says), says: says)
        case 2:
            return .number(
                pick(["0", "-0", "42", "1.50", "-12.75e+30", "1E5", "9007199254740993", "0.001"]))
        case 3: return .word(pick(["true", "false", "null"]))
        case 4:
            return .array(
                (0..<below(4)).map { _ in (blank(), document(depth + 1), blank()) }, blank: blank())
        default:
            return .object(
                (0..<below(5)).map { _ in
                    let name = pick(Self.names)
                    return (
                        blank(), spelling(of: name), name, blank() + ":" + blank(),
                        document(depth + 1), blank()
                    )
                }, blank: blank())
        }
    }

    mutating func path() -> String {
        var text = "$"
        for _ in 0..<below(4) {
            let isDeep = below(4) == 0
            switch below(5) {
            case 0: text += isDeep ? "..*" : pick([".*", "[*]"])
            case 1: text += (isDeep ? ".." : "") + "[\(below(3))]"
            default:
                let name = pick(Self.names)
                let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
                text += (isDeep ? ".." : "") + "[\"\(quoted)\"]"
            }
        }
        return text
    }
}
