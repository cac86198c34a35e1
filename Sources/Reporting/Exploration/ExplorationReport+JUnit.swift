import Exploration

extension ExplorationReport {
    /// The result as a test report: a case for each invariant, and one for whether all was seen. A search that ends
    /// with what it found says nothing of the others.
    ///
    /// - Parameter reproducer: the folder that shows what was found.
    public func junit(reproducer: String?) -> String {
        let finding = result.counterexample.map { "\($0.finding)" }
        var names = model.topology.invariants.map(\.rawValue)
        names += model.topology.bounds.forbidden.map(\.rawValue) + ["deadlock", "livelock"]
        if let finding, !names.contains(finding) { names.append(finding) }
        let isOpen = result.end != .complete
        let open: [Markup] = isOpen ? [.element("skipped", [("message", verdict)])] : []
        var cases = names.map { name in
            testCase(name, name == finding ? [failure(name, reproducer)] : open)
        }
        cases.append(testCase("everything within the bounds was seen", open))
        let suite = Markup.element(
            "testsuite",
            [
                ("name", "kerfuffle explore \(name)"), ("tests", "\(cases.count)"),
                ("failures", finding == nil ? "0" : "1"), ("errors", "0"),
                ("skipped", isOpen ? "\(cases.count - (finding == nil ? 0 : 1))" : "0"),
            ], cases)
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\(suite.source)</testsuites>\n"
    }

    private func testCase(_ name: String, _ children: [Markup]) -> Markup {
        .element(
            "testcase", [("classname", "kerfuffle.\(self.name)"), ("name", name)], children)
    }

    private func failure(_ name: String, _ reproducer: String?) -> Markup {
        let text = [
            verdict, result.counterexample?.timeline?.words.joined(separator: "\n"),
            reproducer.map { "kerfuffle reproduce \(ShellWord.quoted($0))" },
        ].compactMap { $0 }.joined(separator: "\n")
        return .element("failure", [("message", verdict), ("type", name)], text)
    }
}
