import Hunting

extension HuntReport {
    /// The result as a test report: one case an invariant and one for the system itself; a failure says how to
    /// show it again. What was only flaky is no failure and stands in the case's output.
    ///
    /// Source of the format: the schema of Apache Ant's JUnit task, as GitLab and Jenkins read it.
    public var junit: String {
        let cases = result.invariants + ["the system runs"]
        let pieces =
            cases.map { name in
                testCase(name, result.clusters.filter { caseName($0.failure.signature) == name })
            } + (stoppedCase.map { [$0] } ?? [])
        let stopped = pieces.count - cases.count
        let failures = cases.count { name in
            result.clusters.contains { caseName($0.failure.signature) == name && $0.isConfirmed }
        }
        let suite = Markup.element(
            "testsuite",
            [
                ("name", "kerfuffle hunt \(result.hunt)"), ("tests", "\(pieces.count)"),
                ("failures", "\(failures)"), ("errors", "\(stopped)"), ("skipped", "0"),
                ("time", Self.inSeconds(result.wallMs)),
            ], pieces)
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\(suite.source)</testsuites>\n"
    }

    /// What was stopped has not said that the others hold.
    private var stoppedCase: Markup? {
        stoppedWords.map { words in
            .element(
                "testcase",
                [
                    ("classname", "kerfuffle.\(result.hunt)"), ("name", "the hunt came to its end"),
                    ("time", "0"),
                ], [.element("error", [("message", words), ("type", "stopped")], "")])
        }
    }

    /// A crash or a hang is broken by no invariant.
    private func caseName(_ failure: some CustomStringConvertible) -> String {
        result.invariants.first { "\(failure)".hasPrefix($0 + ":") } ?? "the system runs"
    }

    private func testCase(_ name: String, _ clusters: [HuntResult.Cluster]) -> Markup {
        var children: [Markup] = []
        for cluster in clusters where cluster.isConfirmed {
            var lines = [cluster.failure.words] + (cluster.failure.evidence ?? [])
            lines.append(
                "seed \(cluster.firstSeed), trial \(cluster.firstTrial), in \(cluster.count) of "
                    + "\(result.search.trials) trials")
            lines += cluster.reproducer.map { ["kerfuffle reproduce \($0.folder)"] } ?? []
            let text = lines.joined(separator: "\n")
            children.append(
                .element(
                    "failure",
                    [
                        ("message", cluster.failure.signature.description),
                        ("type", cluster.failure.anomaly),
                    ], text))
        }
        let lines =
            clusters.filter { !$0.isConfirmed }.map {
                "\($0.isOpen ? "not yet repeated" : "flaky"): \($0.failure.signature), again in \($0.confirmations) of \($0.confirmationRuns)"
            } + notCounted(name)
        if !lines.isEmpty {
            children.append(.element("system-out", [], lines.joined(separator: "\n")))
        }
        return .element(
            "testcase",
            [
                ("classname", "kerfuffle.\(result.hunt)"), ("name", name),
                ("time", Self.inSeconds(result.wallMs / max(1, result.invariants.count + 1))),
            ], children)
    }

    /// What of an invariant does not count, for the system differs by itself or the team lists it.
    private func notCounted(_ name: String) -> [String] {
        let aside = result.calibration.quarantined.filter {
            $0.isPutAside && !$0.isListed && caseName($0.signature) == name
        }.map {
            "put aside: \($0.signature), in \($0.count) of \(result.calibration.trials) without any perturbation"
        }
        return aside
            + result.quarantine.filter { caseName($0.entry.failure) == name }.map {
                "quarantine \($0.isExpired ? "expired on" : "until") \($0.entry.expires): "
                    + "\($0.entry.failure), in \(Self.count($0.trials, "trial")) (\($0.entry.reason))"
            }
    }

    private static func inSeconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }
}
