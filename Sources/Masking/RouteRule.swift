/// From which topics to which: one by its name, or all whose names a pattern matches.
///
/// A name that begins with `^` is a regular expression, which matches from the start of a topic's name; the
/// name that it leads to may hold `$1` to `$9` for its groups, `$0` for all that it matched and `$$` for
/// a dollar sign.
public struct RouteRule: Hashable, Sendable {
    public let from: String
    /// nil: what is read is sent nowhere.
    public let to: String?

    /// Why a rule will not do, as a sentence.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    public var isPattern: Bool { from.hasPrefix("^") }

    /// - Throws: where the pattern is none, or the name speaks of groups that it does not have.
    public init(from: String, to: String?) throws(Problem) {
        self.from = from
        self.to = to
        guard isPattern else { return }
        let groups: Int
        do {
            _ = try Regex(from)
            // A pattern tells its groups only through a match: one of nothing will do.
            groups = ("".firstMatch(of: try Regex("(?:\(from))|"))?.output.count ?? 1) - 1
        } catch {
            throw Problem(description: "\(from) is no regular expression: \(error)")
        }
        guard let to else { return }
        for piece in try Self.pieces(of: to) {
            if case .group(let number) = piece, number > groups {
                throw Problem(
                    description: "\(to) speaks of group \(number), and \(from) has \(groups)")
            }
        }
    }

    /// Where a topic goes; nil where the rule is not for it.
    public func route(of topic: String) -> Target? {
        guard isPattern else { return topic == from ? Target(output: to) : nil }
        guard let regex = try? Regex(from), let match = try? regex.prefixMatch(in: topic) else {
            return nil
        }
        guard let to, let pieces = try? Self.pieces(of: to) else { return Target(output: nil) }
        var name = ""
        for piece in pieces {
            switch piece {
            case .text(let text): name += text
            case .group(let number):
                if number < match.output.count, let part = match.output[number].substring {
                    name += part
                }
            }
        }
        return Target(output: name)
    }

    public struct Target: Hashable, Sendable {
        /// nil: nowhere.
        public let output: String?
    }

    private enum Piece {
        case text(String)
        case group(Int)
    }

    private static func pieces(of name: String) throws(Problem) -> [Piece] {
        var pieces: [Piece] = []
        var rest = name[...]
        while let dollar = rest.firstIndex(of: "$") {
            if dollar > rest.startIndex { pieces.append(.text(String(rest[..<dollar]))) }
            rest = rest[rest.index(after: dollar)...]
            guard let next = rest.first else {
                throw Problem(description: "\(name) ends with $; write $$ for a dollar sign")
            }
            if next == "$" {
                pieces.append(.text("$"))
            } else if next.isASCII, let number = next.wholeNumberValue {
                pieces.append(.group(number))
            } else {
                throw Problem(
                    description:
                        "\(name) has $\(next); write $1 to $9 for a group, $$ for a dollar sign")
            }
            rest = rest.dropFirst()
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }
}
