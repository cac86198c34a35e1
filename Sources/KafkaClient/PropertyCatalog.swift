internal import CRdkafka

/// The properties that the library at hand knows, as its own table shows them.
struct PropertyCatalog: Sendable {
    enum Role: Sendable {
        case both
        case consumer
        case producer
    }

    let roles: [String: Role]

    static let shared = PropertyCatalog(table: libraryTable())

    /// Rows are `name | C/P | range | default | importance | description`; all else is passed over.
    init(table: String) {
        var roles: [String: Role] = [:]
        for line in table.split(separator: "\n") {
            let cells = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            guard cells.count == 3 else { continue }
            let name = String(cells[0].trimmingBlanks())
            switch cells[1].trimmingBlanks() {
            case "*": roles[name] = .both
            // A property of topics is listed once for each role that knows it.
            case "C": roles[name] = roles[name] == .producer ? .both : .consumer
            case "P": roles[name] = roles[name] == .consumer ? .both : .producer
            default: continue
            }
        }
        self.roles = roles
    }

    func isOnlyForOther(than role: ClientRole, _ name: String) -> Bool {
        switch (roles[name], role) {
        case (.producer, .consumer), (.consumer, .producer), (.consumer, .admin): true
        default: false
        }
    }

    /// Whether a word is a property's name, or nearly one.
    func resembles(_ word: String) -> Bool { roles[word] != nil || suggestion(for: word) != nil }

    /// The nearest known name, where one is near.
    func suggestion(for name: String) -> String? {
        let limit = Swift.max(2, name.utf8.count / 4)
        let near = roles.keys
            .map { (distance: Self.distance(name, $0), name: $0) }
            .filter { $0.distance <= limit }
        return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// Levenshtein's distance in bytes.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (a == b ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }

    private static func libraryTable() -> String {
        guard let text = kerfuffle_properties() else { return "" }
        defer { free(text) }
        return String(cString: text)
    }
}
