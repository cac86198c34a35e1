/// The trials of one hunt or exploration, each stored once under its number: the first result counts,
/// later ones of the same number are repetitions and change nothing.
public final class TrialResults {
    /// What is kept of a trial. The input is a function of the hunt and the number; the result is not.
    public struct Entry: Hashable, Sendable {
        /// Counts from 1 within its phase.
        public var number: Int
        /// What it was run for: `search`, `calibrate`, `confirm`, …
        public var phase: String
        /// A digest of its input: workload and schedule.
        public var input: String
        /// In a word: `clean`, `failed`, `crashed`, …
        public var verdict: String
        /// What the failure is called; nil where there is none.
        public var signature: String?
        /// Whatever else there is to know of it, as JSON.
        public var details: String
        /// Processor time of the system and wall time, in milliseconds.
        public var cpuMs: Int
        public var wallMs: Int

        public init(
            number: Int, phase: String, input: String, verdict: String, signature: String?,
            details: String, cpuMs: Int, wallMs: Int
        ) {
            self.number = number
            self.phase = phase
            self.input = input
            self.verdict = verdict
            self.signature = signature
            self.details = details
            self.cpuMs = cpuMs
            self.wallMs = wallMs
        }
    }

    /// The version of the tables.
    public static let version: Int64 = 1
    private let database: Database

    /// - Parameters:
    ///   - path: made where it is not there.
    ///   - identity: a digest of what all inputs are a function of; a file of another is refused.
    ///   - description: what the identity is of, in words of the caller; kept for who comes with another.
    ///   - difference: says in which respect the description that is kept is another one; nil: in none.
    /// - Throws: `ResultsError`.
    public init(
        path: String, identity: String, description: String? = nil,
        difference: (String) -> String? = { _ in nil }
    ) throws(ResultsError) {
        let database = try Database(path: path)
        self.database = database
        try database.transaction { () throws(ResultsError) in
            try database.run("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT)")
            try database.run(
                """
                CREATE TABLE IF NOT EXISTS trials (
                phase TEXT NOT NULL, number INTEGER NOT NULL, input TEXT NOT NULL,
                verdict TEXT NOT NULL, signature TEXT, details TEXT NOT NULL,
                cpu_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL, PRIMARY KEY (phase, number))
                """)
        }
        try expect("version", "\(Self.version)", "written by another version of Kerfuffle")
        let other = try fact("description").flatMap(difference)
        try expect(
            "identity", identity,
            "of another hunt or exploration: "
                + (other ?? "its file, its recording or the program has changed since"))
        if let description, try fact("description") == nil {
            try set("description", to: description)
        }
    }

    private func expect(
        _ name: String, _ value: String, _ complaint: String
    ) throws(ResultsError) {
        guard let known = try fact(name) else { return try set(name, to: value) }
        if known != value {
            throw ResultsError(
                .mismatch, database.path, "\(complaint); name another folder, or remove this one")
        }
    }

    /// A fact of the hunt as a whole; nil where it was never set.
    public func fact(_ name: String) throws(ResultsError) -> String? {
        try database.run("SELECT value FROM facts WHERE name = ?", [.text(name)]).first?[0].text
    }

    public func set(_ name: String, to value: String) throws(ResultsError) {
        try database.run(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }

    /// Stores a trial.
    /// - Returns: false where its number was stored before; then nothing changes.
    @discardableResult
    public func store(_ entry: Entry) throws(ResultsError) -> Bool {
        try database.run(
            "INSERT OR IGNORE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(entry.phase), .integer(Int64(entry.number)), .text(entry.input),
                .text(entry.verdict), .optional(entry.signature), .text(entry.details),
                .integer(Int64(entry.cpuMs)), .integer(Int64(entry.wallMs)),
            ])
        return database.changes > 0
    }

    /// The trials of a phase, by number.
    public func entries(of phase: String) throws(ResultsError) -> [Entry] {
        try database.run(
            """
            SELECT number, input, verdict, signature, details, cpu_ms, wall_ms FROM trials
            WHERE phase = ? ORDER BY number
            """, [.text(phase)]
        ).map { row in
            Entry(
                number: Int(row[0].integer ?? 0), phase: phase, input: row[1].text ?? "",
                verdict: row[2].text ?? "", signature: row[3].text, details: row[4].text ?? "",
                cpuMs: Int(row[5].integer ?? 0), wallMs: Int(row[6].integer ?? 0))
        }
    }

    /// The phases that there are trials of, by name.
    public func phases() throws(ResultsError) -> [String] {
        try database.run("SELECT DISTINCT phase FROM trials ORDER BY phase").compactMap {
            $0[0].text
        }
    }
}
