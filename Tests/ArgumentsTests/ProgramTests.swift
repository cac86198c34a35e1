import Testing

@testable import Arguments

/// The exit code and both streams of one run.
private func run(_ words: String...) -> (code: Int32, output: String, diagnostics: String) {
    var output = ""
    var diagnostics = ""
    let program = Program(
        Sample.self, output: { output += $0 }, diagnostics: { diagnostics += $0 })
    let code = program.run(words, environment: ["SAMPLE_BROKERS": "b"])
    return (code.rawValue, output, diagnostics)
}

@Suite struct ProgramTests {
    @Test func `a usage error exits 64 with a short usage on standard error`() {
        #expect(
            run("stir", "--sed", "x", "i", "o") == (
                64, "",
                """
                error: unknown option --sed; did you mean --seed?
                error: missing: --seed <text> (or SAMPLE_SEED)
                Usage: sample stir [options] --seed <text> --brokers <host:port> <inputs>... <output>
                More: sample stir --help

                """
            ))
    }

    @Test func `help and version are results, not diagnostics`() {
        #expect(run("--version") == (0, "sample 1.2.3\n", ""))
        let help = run("stir", "--help")
        #expect(help.code == 0 && help.output.hasPrefix("Stir one topic") && help.diagnostics == "")
    }

    @Test func `errors choose their exit codes`() {
        #expect(run("stir", "-s", "fine", "i", "o") == (0, "", ""))
        #expect(run("stir", "-s", "code", "i", "o") == (3, "", ""))
        #expect(run("stir", "-s", "broken", "i", "o") == (4, "", "error: the broker is gone\n"))
        #expect(run("stir", "-s", "odd", "i", "o") == (1, "", "error: an odd thing\n"))
        let late = run("stir", "-s", "late", "i", "o")
        #expect(late.code == 64)
        #expect(late.diagnostics.hasPrefix("error: --seed late comes too late\nUsage: sample stir"))
    }
}
