import Auditing
import Checking
import Testing

@Suite struct JudgeCommandTests {
    private func command(_ script: String, limit: Duration = .seconds(60)) -> JudgeCommand {
        var command = JudgeCommand(words: ["sh", "-c", script], folder: "/", origin: "here")
        command.limit = limit
        return command
    }

    @Test func `the command reads the question and its output is the answer`() throws {
        // More than a pipe holds, both ways.
        let question = [UInt8](repeating: 0x78, count: 1 << 20)
        #expect(try command("cat").answer(to: question) == question)
        #expect(try command("pwd").answer(to: []) == Array("/\n".utf8))
    }

    @Test(arguments: [
        ("echo why >&2; exit 3", "here: the command ended with exit code 3: why"),
        ("kill -9 $$", "here: the command ended with signal 9: it said nothing"),
        ("exec nothing-of-that-name", "here: the command ended with exit code 127"),
    ])
    func `a command that fails says so`(script: String, expected: String) {
        let error = #expect(throws: CheckingError.self) { try command(script).answer(to: []) }
        #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    }

    @Test func `one that does not end is ended`() {
        let error = #expect(throws: CheckingError.self) {
            try command("trap '' TERM; exec sleep 100", limit: .milliseconds(200)).answer(to: [])
        }
        #expect(error?.description == "here: the command did not end within 200ms")
    }
}
