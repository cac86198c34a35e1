/// The text in quotes for a message: control characters escaped, cut after 60 characters.
func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        default:
            let isControl = scalar.properties.generalCategory == .control
            if isControl || scalar.properties.generalCategory == .format {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    let isCut = text.unicodeScalars.dropFirst(60).first != nil
    return result + (isCut ? "…\"" : "\"")
}
