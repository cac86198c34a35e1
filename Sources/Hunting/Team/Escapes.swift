import Configuration

/// Bugs that reached production, and the boundaries that there are: what a team measures its hunts by. A file that it
/// keeps beside the hunt files.
public struct Escapes: Hashable, Sendable {
    /// What lies between a topic and who reads it.
    public struct Boundary: Hashable, Sendable, Comparable, CustomStringConvertible {
        public var topic: String
        public var group: String

        public init(topic: String, group: String) {
            self.topic = topic
            self.group = group
        }

        public var description: String { "\(topic) x \(group)" }

        public static func < (left: Self, right: Self) -> Bool {
            (left.topic, left.group) < (right.topic, right.group)
        }
    }

    public struct Escape: Hashable, Sendable {
        public var id: String
        /// When production met it.
        public var date: CalendarDate
        public var boundary: Boundary
        public var what: String?
        /// The hunt that showed it afterwards; nil: none does yet.
        public var foundBy: String?
    }

    /// A boundary that production has, and what looks at it.
    public struct Known: Hashable, Sendable {
        public var boundary: Boundary
        /// The hunt, or whatever else runs concurrent trials on it; nil: nothing.
        public var hunt: String?
    }

    public var escapes: [Escape] = []
    public var boundaries: [Known] = []
    /// What it was read from; nil where there is none.
    public var path: String?

    public init() {}

    /// Reads a file.
    ///
    /// - Throws: `SmallFile.Unreadable`, `ConfigurationError` with every problem of it.
    public init(path: String) throws {
        try self.init(yaml: try SmallFile.bytes(path), path: path)
    }

    public init(yaml bytes: [UInt8], path: String) throws {
        self = try YAML.read(try YAML.tree(bytes, file: path), file: path) { root in
            root.section { section in
                var list = Escapes()
                list.escapes = section.sequence("escapes", Self.escape)
                list.boundaries = section.sequence("boundaries", Self.known)
                if section.keys.isEmpty {
                    section.problem(
                        "lists nothing", accepted: "write escapes: [{id: …}], or boundaries: […]")
                }
                Self.checkNames(list, section)
                return list
            }
        }
        self.path = path
    }

    private static func checkNames(_ list: Escapes, _ section: Section) {
        var seen: Set<String> = []
        for one in list.escapes where !seen.insert(one.id).inserted {
            section["escapes"]?.problem("two escapes are called `\(one.id)`")
        }
        var places: Set<Boundary> = []
        for one in list.boundaries where !places.insert(one.boundary).inserted {
            section["boundaries"]?.problem("`\(one.boundary)` is listed twice")
        }
    }

    private static func escape(_ element: Element) -> Escape? {
        element.section { section -> Escape? in
            let id = section.required("id", as: .name("id"))
            let date = section.required("date", as: .date)
            let boundary = Self.boundary(section)
            let what = section.optional("what", as: .text)
            let foundBy = section.optional("foundBy", as: .name("hunt's name"))
            guard let id, let date, let boundary else { return nil }
            return Escape(id: id, date: date, boundary: boundary, what: what, foundBy: foundBy)
        }
    }

    private static func known(_ element: Element) -> Known? {
        element.section { section -> Known? in
            let boundary = Self.boundary(section)
            let hunt = section.optional("hunt", as: .name("hunt's name"))
            return boundary.map { Known(boundary: $0, hunt: hunt) }
        }
    }

    private static func boundary(_ section: Section) -> Boundary? {
        let topic = section.required("topic", as: .name("topic"))
        let group = section.required("group", as: .name("group"))
        guard let topic, let group else { return nil }
        return Boundary(topic: topic, group: group)
    }

    /// All boundaries that anybody has named, those of a hunt among them, and whether something looks at each.
    ///
    /// - Parameter own: what the hunt looks at.
    public func coverage(with own: [Boundary]) -> [(boundary: Boundary, isCovered: Bool)] {
        let looked = Set(own + boundaries.filter { $0.hunt != nil }.map(\.boundary))
        let all = looked.union(boundaries.map(\.boundary)).union(escapes.map(\.boundary))
        return all.sorted().map { (boundary: $0, isCovered: looked.contains($0)) }
    }
}
