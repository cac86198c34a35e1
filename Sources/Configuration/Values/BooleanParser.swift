extension ValueParser where Value == Bool {
    /// `true` or `false`; `yes`, `no`, `on` and `off` mean the same.
    public static var boolean: ValueParser {
        ValueParser("truth value", accepted: "write true or false") { text in
            switch text {
            case "true", "yes", "on": .value(true)
            case "false", "no", "off": .value(false)
            default: .other
            }
        }
    }
}
