import Hunting

extension HuntReport {
    /// The result as a test report: one case an invariant and one for the system itself; a failure says how to
    /// show it again. What was only flaky is no failure and stands in the case's output.
    ///
    /// Source of the format: the schema of Apache Ant's JUnit task, as GitLab and Jenkins read it.
    public var junit: String {
        let cases = result.invariants + ["the system runs"]
        let pieces = cases.map { name in
            testCase(name, result.clusters.filter { self.name(of: $0) == name })
        }
        let failures = cases.count { name in
            result.clusters.contains { self.name(of: $0) == name && $0.isConfirmed }
        }
        let suite = Markup.element(
            "testsuite",
            [
                ("name", "kerfuffle hunt \(result.hunt)"), ("tests", "\(cases.count)"),
                ("failures", "\(failures)"), ("errors", "0"), ("skipped", "0"),
                ("time", Self.inSeconds(result.wallMs)),
            ], pieces)
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\(suite.source)</testsuites>\n"
    }

    /// A crash or a hang is broken by no invariant.
    private func name(of cluster: HuntResult.Cluster) -> String {
        result.invariants.contains(cluster.failure.invariant)
            ? cluster.failure.invariant : "the system runs"
    }

    private func testCase(_ name: String, _ clusters: [HuntResult.Cluster]) -> Markup {
        var children: [Markup] = []
        for cluster in clusters where cluster.isConfirmed {
            let command = cluster.reproducer.map { "kerfuffle reproduce \($0.folder)" }
            let text = [
                cluster.failure.words,
                "seed \(cluster.firstSeed), trial \(cluster.firstTrial), in \(cluster.count) of "
                    + "\(result.search.trials) trials", command,
            ].compactMap { $0 }.joined(separator: "\n")
            children.append(
                .element(
                    "failure",
                    [
                        ("message", cluster.failure.signature.description),
                        ("type", cluster.failure.anomaly),
                    ], text))
        }
        let flaky = clusters.filter { !$0.isConfirmed }
        if !flaky.isEmpty {
            let lines = flaky.map {
                "flaky: \($0.failure.signature), again in \($0.confirmations) of \($0.confirmationRuns)"
            }
            children.append(.element("system-out", [], lines.joined(separator: "\n")))
        }
        return .element(
            "testcase",
            [
                ("classname", "kerfuffle.\(result.hunt)"), ("name", name),
                ("time", Self.inSeconds(result.wallMs / max(1, result.invariants.count + 1))),
            ], children)
    }

    private static func inSeconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }
}
