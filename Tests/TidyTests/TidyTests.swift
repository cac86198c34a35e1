import Testing

/// Read once for all tests.
private let tree = Result { try Repository() }

/// The house rules, on the tree as it stands.
@Suite struct TidyTests {
    let repository: Repository

    init() throws { repository = try tree.get() }

    @Test func `finds the sources that it judges`() {
        let paths = Set(repository.files.map(\.path))
        #expect(paths.isSuperset(of: ["Package.swift", "Sources/Records/Record.swift", ".ci/run"]))
        #expect(repository.targetFolders.contains("Sources/System/CRdkafka"))
        #expect(repository.targetFolders.contains("Tests/TidyTests"))
    }

    @Test func `a target imports only what its place allows`() {
        expectNone(repository.files.flatMap(importFindings))
    }

    @Test func `what decides is a function of its inputs`() {
        expectNone(repository.files.flatMap(purityFindings))
    }

    @Test func `sources are short, finished, and throw instead of trapping`() {
        expectNone(repository.files.flatMap(sourceFindings))
    }

    @Test func `no target is empty`() {
        expectNone(emptyTargetFindings(repository.files, folders: repository.targetFolders))
    }

    @Test func `the package fetches nothing and sets no unsafe flag`() {
        expectNone(repository.files.flatMap(packageFindings))
    }

    @Test func `text files end their lines cleanly and name no machine's folders`() {
        expectNone(repository.files.flatMap(textFindings))
    }

    private func expectNone(
        _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for finding in findings {
            Issue.record("\(finding)", sourceLocation: sourceLocation)
        }
    }
}
