/// A text as one word of a POSIX shell, so that a command that is printed can be pasted.
public enum ShellWord {
    public static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            "a"..."z" ~= scalar || "A"..."Z" ~= scalar || "0"..."9" ~= scalar
                || "_-./,:@%+=".unicodeScalars.contains(scalar)
        }
        if isPlain && !text.isEmpty { return text }
        return "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}
