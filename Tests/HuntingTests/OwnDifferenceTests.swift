import Foundation
import Hunting
import Results
import Testing

/// What a system does by itself after the calibration saw nothing of it.
@Suite struct OwnDifferenceTests {
    @Test func `what differs where nothing was done to the input is no failure`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Something outlives the trials: from the fifth run on it shows another state.
        let state =
            "echo x >> \(folder)/runs; test $(wc -l < \(folder)/runs) -le 4 && echo 1 || echo 2"
        let document = try HuntDocument(
            yaml: Array(
                """
                workload: {generate: {records: 2, keys: 1, operations: [{value: {n: 1}}]}}
                input: {topics: {orders: 1}}
                observe: [{command: "\(state)"}]
                system: {command: [sleep, '60'], ready: {after: 10ms}, stop: {within: 1s}}
                plan: {rules: []}
                settle: {quiet: 20ms, unread: 60ms}
                confirm: {runs: 2}
                budget: {trials: 2, calibration: 3}
                invariants: [{convergence: {stream: state, key: '"all"'}}]
                """.utf8), path: folder + "/hunt.yaml")
        let bench = try TrialBench(
            document.hunt, folder: folder + "/trials", shouldStop: { false })
        let results = try TrialResults(path: folder + "/hunt.db", identity: "own")
        let run = try HuntRun(document, bench: bench, results: results, width: 1)
        let result = try run.run(reproducers: folder + "/reproducers")
        #expect(result.conclusion == .clean)
        #expect(result.search.endings["unstable-baseline"] == 2)
    }
}
