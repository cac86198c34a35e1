/// Keeps every command that writes to a broker off topics that it was not told to write.
///
/// A name is a shadow name if one of its segments (between dots, dashes and underscores) is `shadow`:
/// `orders.shadow`, `events.shadow.out`, `shadow-orders`.
public struct ShadowGuard: Hashable, Sendable {
    /// Topics allowed by name although nothing in it says shadow.
    public var allowed: Set<String>

    public init(allowing allowed: some Sequence<String> = []) {
        self.allowed = Set(allowed)
    }

    public static func isShadow(_ topic: String) -> Bool {
        topic.split(whereSeparator: { ".-_".contains($0) }).contains { $0 == "shadow" }
    }

    /// Why these outputs may not be written; empty where they may.
    public func refusals(outputs: [String], inputs: [String]) -> [String] {
        var refusals: [String] = []
        for output in outputs {
            if inputs.contains(output) {
                refusals.append("\(output) is an input; a topic that is read is never written")
            } else if !Self.isShadow(output) && !allowed.contains(output) {
                refusals.append(
                    "\(output) has no segment \"shadow\" in its name; write to \(output).shadow, or "
                        + "allow this one with --allow-topic \(output)")
            }
        }
        for (index, output) in outputs.enumerated() where outputs[..<index].contains(output) {
            refusals.append("\(output) is the output of two inputs; give each its own")
        }
        return refusals
    }

    /// - Throws: `ProxyError.refused` with every refusal.
    public func check(outputs: [String], inputs: [String] = []) throws(ProxyError) {
        let refusals = refusals(outputs: outputs, inputs: inputs)
        if !refusals.isEmpty { throw ProxyError(.refused, refusals.joined(separator: "\n")) }
    }
}
