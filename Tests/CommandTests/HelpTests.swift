import Foundation
import Testing

@Suite struct CommandHelpTests {
    /// Every command with the path of words that leads to it.
    private func commands(_ path: [String] = []) throws -> [[String]] {
        let help = try Kerfuffle.run(path + ["--help"]).text
        guard let list = help.components(separatedBy: "\nCommands:\n").dropFirst().first else {
            return [path]
        }
        let lines = list.split(separator: "\n", omittingEmptySubsequences: false).prefix {
            !$0.isEmpty
        }
        let names = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first?.split(separator: ",").first }
        return try names.flatMap { try commands(path + [String($0)]) }
    }

    @Test func `every command has help with an example that names it`() throws {
        let all = try commands()
        #expect(all.count >= 14)
        for path in all where !["help", "completion", "manual"].contains(path.first) {
            let name = path.joined(separator: " ")
            let help = try Kerfuffle.run(path + ["--help"])
            #expect(help.code == 0)
            #expect(help.text.contains("\nExamples:\n"), "\(name)")
            #expect(
                help.text.components(separatedBy: "\nExamples:\n").last?
                    .contains("kerfuffle \(name) ") == true, "\(name)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion knows every command, and its shell takes the script`(shell: String) throws {
        let script = try Kerfuffle.run("completion", shell)
        #expect(script.code == 0)
        for path in try commands() {
            #expect(path.allSatisfy(script.text.contains), "\(path)")
        }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)") else { return }
        let folder = try TemporaryFolder()
        try folder.write(script.output, "script")
        let check = try Subprocess("/usr/bin/\(shell)", ["-n", folder.path("script")]).run()
        #expect(check.code == 0, "\(check.errors)")
    }
}
