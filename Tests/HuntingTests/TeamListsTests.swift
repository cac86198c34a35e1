import Configuration
import Foundation
import Hunting
import Reporting
import Results
import Testing

/// What a team keeps beside its hunt files.
@Suite struct TeamListsTests {
    /// Trial 3 of 5 shows an id twice; where that is wanted, every trial shows another state.
    private func result(
        _ quarantine: String, calibrated: Bool = false, changes: Bool = false
    ) throws -> HuntResult {
        let unlike = #"echo "{\"k\": 1, \"v\": $$}""#
        let key = calibrated ? ".k" : "."
        let kind = changes ? "changes" : "topic"
        let text = """
            workload:
              {generate: {records: 4, keys: 1, operations: [{value: {id: "${id}"}}]}}
            input: {topics: [orders]}
            observe:
              - command: >
                  \(calibrated ? unlike : "if test $KERFUFFLE_TRIAL = 3; then echo 1; echo 1; fi")
              - \(kind): orders.changes
            system: {command: 'exec sleep 60', ready: {after: 10ms}}
            settle: {quiet: 20ms, unread: 40ms}
            budget: {calibration: 1, trials: 5, clusters: 1, shrinking: 2}
            confirm: {runs: 1}
            invariants: [{\(calibrated ? "convergence" : "uniqueness"): {stream: state, key: \(key)}}]

            """
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let document = try HuntDocument(yaml: Array(text.utf8), path: "/tmp/ids.yaml")
        let team = TeamLists(
            quarantine: try Quarantine(
                yaml: Array(quarantine.utf8), path: "q.yaml",
                today: #require(CalendarDate("2026-06-15"))))
        let run = try HuntRun(
            document,
            bench: try TrialBench(document.hunt, folder: folder, shouldStop: { false }),
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 5,
            team: team)
        return try run.run(reproducers: folder + "/reproducers")
    }

    @Test(
        arguments: [
            ("2026-06-15", "", true), ("2026-06-14", "", false),
            ("2026-06-15", ", hunt: other", false), ("2026-06-15", ", hunt: ids", true),
        ])
    func `a listed failure does not count until its day is over`(
        day: String, extra: String, isMasked: Bool
    ) throws {
        let signature = try #require(
            try result("quarantine: []").clusters.first?.failure.signature.description)
        let result = try result(
            "quarantine: [{failure: '\(signature)', reason: known, expires: \(day)\(extra)}]")
        #expect(result.conclusion == (isMasked ? .clean : .found))
        #expect(result.search.failing == (isMasked ? 0 : 1))
        let use = result.quarantine.first
        #expect(use?.isExpired == (extra.hasSuffix("other") ? nil : day == "2026-06-14"))
        #expect(use?.trials == (extra.hasSuffix("other") ? nil : 1))
    }

    @Test func `what the calibration saw counts again once its entry has expired`() throws {
        let plain = try result("quarantine: []", calibrated: true)
        #expect(plain.conclusion == .clean)
        let seen = try #require(plain.calibration.quarantined.first)
        #expect(seen.isPutAside && !seen.isListed)
        func entry(_ day: String) -> String {
            "quarantine: [{failure: '\(seen.signature)', reason: known, expires: \(day)}]"
        }
        let listed = try result(entry("2026-12-31"), calibrated: true)
        #expect(listed.conclusion == .clean)
        #expect(listed.calibration.quarantined.first?.isListed == true)
        #expect(listed.quarantine.first?.calibrated == 1)
        let expired = try result(entry("2026-01-31"), calibrated: true)
        #expect(expired.conclusion == .found)
        #expect(expired.calibration.quarantined.first?.isPutAside == false)
    }

    @Test func `what does not count is named in every report, and none says that nothing failed`()
        throws
    {
        let signature = try #require(
            try result("quarantine: []").clusters.first?.failure.signature.description)
        let entry = "failure: '\(signature)', reason: known, expires: 2026-12-31"
        let masked = HuntReport(try result("quarantine: [{\(entry)}]"))
        #expect(
            masked.text.contains("\nclean: nothing failed but what is quarantined (in 1 trial). "))
        #expect(masked.junit.contains("quarantine until 2026-12-31: \(signature), in 1 trial"))
        let plain = HuntReport(try result("quarantine: []", calibrated: true))
        #expect(plain.text.contains("\nclean: nothing failed. "))
        #expect(plain.junit.contains("<system-out>put aside: convergence"))
    }

    @Test func `every problem of a list is reported with its place`() throws {
        let quarantine = """
            quarantine:
              - {failure: a, reason: b, expires: 2026-02-30}
              - {failure: a, expires: 2026-02-28, owner: me}
            """
        let error = #expect(throws: ConfigurationError.self) {
            try Quarantine(yaml: Array(quarantine.utf8), path: "q.yaml")
        }
        let places = (error?.problems ?? []).map { "\($0.place.map { "\($0)" } ?? "") \($0.path)" }
        #expect(
            Set(places) == [
                "2:38 quarantine[0].expires", "3:5 quarantine[1].reason",
                "3:39 quarantine[1].owner",
            ], "\(places)")
        let escapes = """
            escapes:
              - {id: A, date: 2026-13-01, topic: orders, group: g}
              - {id: B, date: 2026-01-01, topic: orders}
              - {id: C, date: 2026-01-01, topic: orders, group: g}
              - {id: C, date: 2026-01-01, topic: orders, group: g}
            """
        let other = #expect(throws: ConfigurationError.self) {
            try Escapes(yaml: Array(escapes.utf8), path: "e.yaml")
        }
        #expect(other?.problems.count == 3, "\(other.map { "\($0)" } ?? "")")
    }

    @Test func `boundaries are all that anybody has named, and covered where a hunt looks`() throws
    {
        let text = """
            boundaries:
              - {topic: orders, group: payments}
              - {topic: orders, group: mailer}
              - {topic: refunds, group: payments, hunt: refunds}
            escapes:
              - {id: A, date: 2026-01-31, topic: returns, group: stock, what: lost, foundBy: stock}
            """
        let escapes = try Escapes(yaml: Array(text.utf8), path: "e.yaml")
        let coverage = escapes.coverage(with: [.init(topic: "orders", group: "payments")])
        #expect(
            coverage.map { "\($0.boundary) \($0.isCovered)" } == [
                "orders x mailer false", "orders x payments true", "refunds x payments true",
                "returns x stock false",
            ])
    }

    @Test func `the discrepancy rate is that of change events, and of nothing else`() throws {
        #expect(try result("quarantine: []").search.discrepancyRate == nil)
        let other = try result("quarantine: []", changes: true)
        #expect(other.search.failing == 1)
        #expect(other.search.discrepancyRate == 0)
    }

    @Test(arguments: ["2024-02-29", "2000-02-29", "1999-12-31"])
    func `a date is read and written the same`(text: String) {
        #expect(CalendarDate(text)?.description == text)
    }

    @Test(arguments: [
        "2023-02-29", "1900-02-29", "2024-04-31", "2024-1-01", "24-01-01", "+024-01-01",
    ])
    func `what is no day is refused`(text: String) { #expect(CalendarDate(text) == nil) }
}
