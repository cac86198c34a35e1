/// A page of metrics in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
///
/// Families come one after the other, each with its help, its type and then its samples.
public struct Exposition: Sendable {
    /// What HTTP calls this format.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public enum Kind: String, Sendable {
        /// Only grows; its name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts below bounds.
        case histogram
    }

    /// What tells the samples of a family apart, rendered once and used for many samples.
    public struct Labels: Sendable {
        fileprivate let text: String

        public static let none = Labels()

        public init(_ labels: KeyValuePairs<String, String> = [:]) {
            text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        }

        /// Backslash, quote and line end have escapes; all else stands as it is.
        private static func escaped(_ value: String) -> String {
            guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else {
                return value
            }
            var text = ""
            for character in value.unicodeScalars {
                switch character {
                case "\\": text += "\\\\"
                case "\"": text += "\\\""
                case "\n": text += "\\n"
                default: text.unicodeScalars.append(character)
                }
            }
            return text
        }
    }

    public private(set) var text = ""
    private var name = ""

    public init() {}

    /// Begins a family; the samples that follow are its own.
    ///
    /// - Parameter help: one line.
    public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    public mutating func sample(_ value: some BinaryInteger, _ labels: Labels = .none) {
        line("", labels.text, "\(value)")
    }

    public mutating func sample(_ value: Double, _ labels: Labels = .none) {
        line("", labels.text, Self.spelled(value))
    }

    /// A histogram's samples.
    ///
    /// - Parameters:
    ///   - bounds: upper bounds, rising.
    ///   - counts: what fell between them; one more than there are bounds.
    ///   - sum: of all that was observed.
    public mutating func histogram(bounds: [Double], counts: [UInt64], sum: Double) {
        var total: UInt64 = 0
        for (bound, count) in zip(bounds, counts) {
            total += count
            line("_bucket", "le=\"\(Self.spelled(bound))\"", "\(total)")
        }
        total += counts.dropFirst(bounds.count).reduce(0, +)
        line("_bucket", "le=\"+Inf\"", "\(total)")
        line("_sum", "", Self.spelled(sum))
        line("_count", "", "\(total)")
    }

    /// One metric with one sample.
    public mutating func single(
        _ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger
    ) {
        begin(name, kind, help)
        sample(value)
    }

    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(value)
    }

    private mutating func line(_ suffix: String, _ labels: String, _ value: String) {
        text += name
        text += suffix
        if !labels.isEmpty { text += "{\(labels)}" }
        text += " \(value)\n"
    }

    private static func spelled(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
