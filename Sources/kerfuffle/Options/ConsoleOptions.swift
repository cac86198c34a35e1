import Arguments
import Interchange

/// How lines of kafka-console-consumer and kafka-console-producer look.
struct ConsoleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which of headers, key and value the lines have.", example: "headers,key,value"),
        as: ConsoleFieldsArgument.argumentType)
    var fields: ConsoleFieldsArgument = ConsoleFieldsArgument(fields: [.value])

    @Option(
        help: ArgumentHelp("What stands between fields (key.separator).", example: "|"),
        as: SeparatorArgument.argumentType)
    var keySeparator = SeparatorArgument(bytes: [0x09])

    @Option(
        help: ArgumentHelp("What stands behind a record (line.separator).", example: "\\x1e\\n"),
        as: SeparatorArgument.argumentType)
    var lineSeparator = SeparatorArgument(bytes: [0x0A])

    @Option(
        help: ArgumentHelp("What stands between headers (headers.separator).", example: ";"),
        as: SeparatorArgument.argumentType)
    var headersSeparator = SeparatorArgument(bytes: [UInt8(ascii: ",")])

    @Option(
        help: ArgumentHelp(
            "What stands for null (null.literal, null.marker).", example: "NULL"))
    var nullLiteral = "null"

    func layout(topic: String = "") -> ConsoleLayout {
        ConsoleLayout(
            topic: topic, fields: fields.fields, separator: keySeparator.bytes,
            lineSeparator: lineSeparator.bytes, headersSeparator: headersSeparator.bytes,
            null: Array(nullLiteral.utf8))
    }
}

/// Bytes between things, with `\t`, `\n`, `\r`, `\\` and `\x1f` for those that a shell does not pass.
struct SeparatorArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    var text: String {
        bytes.map { byte in
            switch byte {
            case 0x09: "\\t"
            case 0x0A: "\\n"
            case 0x0D: "\\r"
            default: String(decoding: [byte], as: UTF8.self)
            }
        }.joined()
    }

    static var argumentType: ArgumentType<SeparatorArgument> {
        ArgumentType(valueName: "text", spell: \.text) { text in
            guard let bytes = read(text), !bytes.isEmpty else {
                return .failure(
                    InvalidArgument(
                        "\"\(text)\" is no separator; write one or more characters, \\t, \\n, \\r, "
                            + "\\\\ or a byte as \\x1f"))
            }
            return .success(SeparatorArgument(bytes: bytes))
        }
    }

    private static func read(_ text: String) -> [UInt8]? {
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            default: return nil
            }
        }
        return bytes
    }
}

/// `headers,key,value`, or some of them.
struct ConsoleFieldsArgument: ExpressibleByArgument {
    let fields: [ConsoleLayout.Field]

    var text: String { fields.map(\.rawValue).joined(separator: ",") }

    static var argumentType: ArgumentType<ConsoleFieldsArgument> {
        let words = ConsoleLayout.Field.allCases.map(\.rawValue)
        return ArgumentType(valueName: "names", spell: \.text) { text in
            let names = text.split(separator: ",", omittingEmptySubsequences: false)
            let fields = names.compactMap { ConsoleLayout.Field(rawValue: String($0)) }
            guard fields.count == names.count, Set(fields).count == fields.count else {
                return .failure(
                    InvalidArgument(
                        "\"\(text)\" names other fields than \(words.joined(separator: ", "))"))
            }
            return .success(ConsoleFieldsArgument(fields: fields))
        }
    }
}
