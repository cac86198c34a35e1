import Arguments

extension ArgumentType<String> {
    /// A name that is not empty.
    static let name = ArgumentType(valueName: "text") { text in
        text.isEmpty
            ? .failure(InvalidArgument("\"\" is no name; leave the option out, or write one"))
            : .success(text)
    }

    /// A recording's id. It stands in file names of a folder that retention keeps and in what is committed
    /// beside positions, which ends words at spaces.
    static let recordingID = ArgumentType(valueName: "id") { text in
        let isOne = (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isOfID)
        return isOne
            ? .success(text)
            : .failure(
                InvalidArgument(
                    "\"\(text)\" is no id of a recording; write 1 to 64 letters, digits, dots, dashes "
                        + "and underscores"))
    }

    private static func isOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
