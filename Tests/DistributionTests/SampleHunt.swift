import Foundation
import Results

/// A hunt in a folder of its own. Its system is quick and deterministic: what it shows, and so what fails, is a
/// function of the trial's number.
final class SampleHunt {
    static let trials = 22
    let folder: String

    /// The corpus of its strategy depends on what earlier generations have shown.
    static let text = """
        workload:
          generate:
            records: 10
            keys: 3
            operations: [{value: {id: "${id}", n: "${sequence}"}}]
        input: {topics: {orders: 1}}
        observe:
          - name: state
            command: >
              echo "{\\"id\\": $KERFUFFLE_TRIAL}";
              if test $((KERFUFFLE_TRIAL % 5)) = 3; then echo "{\\"id\\": $KERFUFFLE_TRIAL}"; fi
        system:
          command: 'echo "$KERFUFFLE_TRIAL" >> "$OLDPWD_OF_TEST/starts"; exec sleep 600'
          ready: {after: 150ms}
          environment: {OLDPWD_OF_TEST: FOLDER}
        settle: {quiet: 30ms, unread: 60ms}
        strategy: coverage
        budget: {calibration: 1, trials: 22, clusters: 1, shrinking: 4}
        confirm: {runs: 1}
        invariants: [{uniqueness: {stream: state, key: .id}}]

        """

    init() throws {
        folder = NSTemporaryDirectory() + "distribution-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write(Self.text, to: "hunt.yaml")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, to name: String) throws {
        try text.replacing("FOLDER", with: folder).write(
            toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    /// Numbers of the trials for which a system was started, each as often as it was.
    var starts: [Int] {
        let text = (try? String(contentsOfFile: folder + "/starts", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { Int($0) }
    }

    /// What is stored of the search's trials: number, input, verdict and all that is no time.
    func stored(_ output: String = "hunt.hunt") throws -> [String] {
        let path = "\(folder)/\(output)/hunt.db"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let database = try Database(path: path)
        guard try !database.run("SELECT name FROM sqlite_master WHERE name = 'trials'").isEmpty
        else { return [] }
        return try database.run(
            """
            SELECT number, input, verdict, signature, json_remove(details, '$.wallMs', '$.cpuMs', \
            '$.readyMs', '$.standstillMs') FROM trials WHERE phase = 'search' ORDER BY number
            """
        ).map { row in
            row.map { $0.text ?? $0.integer.map(String.init) ?? "-" }.joined(separator: " ")
        }
    }

    func program(_ arguments: String...) throws -> RunningProgram {
        try RunningProgram(arguments, in: folder)
    }

    /// The hunt in one process that nobody disturbs: what every other way must come to.
    static let undisturbed = Result {
        let hunt = try SampleHunt()
        let program = try hunt.program("hunt", "hunt.yaml", "--jobs", "6")
        let code = try program.code()
        guard code == 1 else { throw Overdue(description: "ended with \(code): \(program.said)") }
        return try hunt.stored()
    }
}
