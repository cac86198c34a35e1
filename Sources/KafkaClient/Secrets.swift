/// Which properties are secret, and texts without them.
///
/// By pattern rather than by the library's own list, so that a property that a later version adds, or
/// one of a Java client that was given by mistake, is not shown either. `sasl.username` is among the
/// library's sensitive ones: an API key of a managed Kafka.
enum Secrets {
    static let replacement = "[redacted]"

    static func isSecret(_ property: String) -> Bool {
        let name = property.lowercased()
        if name == "sasl.username" || name == "sasl.oauthbearer.config" { return true }
        let marks = ["password", "secret", ".pem", "jaas", "token", "credential", "passphrase"]
        let places = [".location", ".url", "endpoint", ".method", "refresh"]
        return marks.contains { name.contains($0) } && !places.contains { name.contains($0) }
    }

    static func shown(_ value: String, of property: String) -> String {
        isSecret(property) && !value.isEmpty ? replacement : value
    }

    /// The secret values of a configuration, longest first, for ``hide(_:in:)``. Very short ones are
    /// left out: to replace each `a` of a log would hide nothing and garble all.
    static func values(of configuration: ClientConfiguration) -> [String] {
        configuration.properties
            .filter { isSecret($0.name) && $0.value.utf8.count >= 4 }
            .map(\.value).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text with each occurrence of each value replaced.
    static func hide(_ values: [String], in text: String) -> String {
        var text = text
        for value in values {
            var result = ""
            var rest = text[...]
            while let range = rest.firstRange(of: value) {
                result += rest[..<range.lowerBound] + replacement
                rest = rest[range.upperBound...]
            }
            text = result + rest
        }
        return text
    }
}
