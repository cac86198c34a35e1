import KafkaClient
import Masking
import Records

/// Turns rules of routing into the topics that are there.
///
/// A topic that is named is that topic. A pattern takes every other topic whose name it matches, except for
/// those that are internal to Kafka or Kafkaesque programs (`__…`) and those that say `shadow`: what a
/// proxy has written is not read again by accident.
public struct Routing: Sendable {
    public let rules: [RouteRule]

    /// - Throws: `ProxyError.refused` for patterns that are none.
    public init(_ routes: [Route]) throws(ProxyError) {
        var rules: [RouteRule] = []
        var problems: [String] = []
        for route in routes {
            do throws(RouteRule.Problem) {
                rules.append(try RouteRule(from: route.input, to: route.output))
            } catch {
                problems.append(error.description)
            }
        }
        if !problems.isEmpty { throw ProxyError(.refused, problems.joined(separator: "\n")) }
        self.rules = rules
    }

    public var hasPatterns: Bool { rules.contains { $0.isPattern } }

    /// The routes of the topics that are there: the named ones in their order, then those that patterns
    /// find, by name. Where several patterns match, the first counts.
    public func routes(of topics: some Sequence<String>) -> [Route] {
        let named = rules.filter { !$0.isPattern }
        let patterns = rules.filter(\.isPattern)
        let taken = Set(named.map(\.from))
        let found = topics.filter { Self.mayMatch($0) && !taken.contains($0) }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }.compactMap { topic in
            patterns.lazy.compactMap { $0.route(of: topic) }.first
                .map { Route(input: topic, output: $0.output) }
        }
        return named.map { Route(input: $0.from, output: $0.to) } + found
    }

    /// Where one topic goes, whether it is there or not; nil where no rule is for it.
    public func route(of topic: String) -> Route? {
        if let named = rules.first(where: { !$0.isPattern && $0.from == topic }) {
            return Route(input: topic, output: named.to)
        }
        return routes(of: [topic]).first { $0.input == topic }
    }

    private static func mayMatch(_ topic: String) -> Bool {
        !topic.hasPrefix("__") && !ShadowGuard.isShadow(topic)
    }

    /// The configuration with the topics that are there in place of patterns.
    ///
    /// - Throws: `ProxyError.refused` where a pattern matches none, `.broker` where nobody answers.
    func resolved(_ configuration: ProxyConfiguration) throws -> ProxyConfiguration {
        guard hasPatterns else { return configuration }
        let names: [String]
        let admin = try Admin(configuration.client)
        do throws(KafkaError) {
            names = try admin.metadata(timeout: .seconds(10)).topics.map(\.name)
        } catch {
            throw ProxyError(
                .broker,
                "no broker answers at \(configuration.client["bootstrap.servers"] ?? ""): "
                    + error.message)
        }
        var resolved = configuration
        resolved.routes = routes(of: names)
        let idle = rules.filter { rule in
            rule.isPattern && !names.contains { Self.mayMatch($0) && rule.route(of: $0) != nil }
        }
        if !idle.isEmpty {
            throw ProxyError(
                .refused,
                idle.map {
                    "no topic that may be read matches \($0.from) (topics that say shadow and those "
                        + "that begin with __ are left out)"
                }.joined(separator: "\n"))
        }
        try resolved.check()
        return resolved
    }
}
