internal import CSQLite

/// A file of SQLite in WAL mode: what a call of ``run(_:_:)`` or ``transaction(_:)`` wrote is there after
/// the process was killed at any later instant (a loss of power may take the last of it).
///
/// For one thread at a time. Source: https://www.sqlite.org/wal.html.
public final class Database {
    public let path: String
    private let connection: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// - Parameter path: made where it is not there.
    /// - Throws: `ResultsError` where it cannot be opened, or is no database.
    public init(path: String) throws(ResultsError) {
        self.path = path
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let reason = String(cString: sqlite3_errstr(code))
            sqlite3_close(opened)
            throw ResultsError(.system, path, "cannot be opened: \(reason)")
        }
        connection = opened
        sqlite3_busy_timeout(opened, 5000)
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = NORMAL")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    /// Carries a statement out.
    ///
    /// - Parameters:
    ///   - sql: one statement; it is prepared once and kept.
    ///   - values: of its parameters `?`, in order.
    /// - Returns: the rows that it gives.
    @discardableResult
    public func run(_ sql: String, _ values: [Value] = []) throws(ResultsError) -> [[Value]] {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            try check(bind(value, to: statement, at: Int32(index + 1)))
        }
        var rows: [[Value]] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw failure(code) }
            rows.append((0..<sqlite3_column_count(statement)).map { column(statement, $0) })
        }
    }

    /// Carries out all of it or nothing.
    public func transaction<Result>(
        _ body: () throws(ResultsError) -> Result
    ) throws(ResultsError) -> Result {
        try run("BEGIN IMMEDIATE")
        let result: Result
        do {
            result = try body()
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
        try run("COMMIT")
        return result
    }

    /// Rows that the last statement changed.
    public var changes: Int { Int(sqlite3_changes(connection)) }

    private func prepared(_ sql: String) throws(ResultsError) -> OpaquePointer {
        if let known = statements[sql] { return known }
        var made: OpaquePointer?
        try check(sqlite3_prepare_v2(connection, sql, -1, &made, nil))
        guard let made else { throw ResultsError(.system, path, "an empty statement") }
        statements[sql] = made
        return made
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text):
            kerfuffle_bind_text(statement, index, text, Int32(text.utf8.count))
        }
    }

    private func column(_ statement: OpaquePointer, _ index: Int32) -> Value {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, index) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, index))
            let bytes = UnsafeBufferPointer(start: text, count: count)
            return .text(String(decoding: bytes, as: UTF8.self))
        default: return .null
        }
    }

    private func check(_ code: Int32) throws(ResultsError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> ResultsError {
        let reason = String(cString: sqlite3_errmsg(connection))
        switch code & 0xFF {
        case SQLITE_NOTADB: return ResultsError(.mismatch, path, "is no file of results: \(reason)")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return ResultsError(.locked, path, "another process holds it: \(reason)")
        default: return ResultsError(.system, path, reason)
        }
    }
}
