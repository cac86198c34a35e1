import Foundation
import Masking
import Perturbation
import Proxy
import Testing

@Suite struct MaskKeyTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "kerfuffle-key-\(UUID().uuidString)")

    private func file(_ text: String, mode: Int) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: UUID().uuidString).path()
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        return path
    }

    private func refusal(_ source: Operations.KeySource) -> String {
        do {
            return "taken: \(try MaskKey.read(source, environment: ["SHORT": "fifteen bytes.."]))"
        } catch {
            return error.message
        }
    }

    @Test func `a variable and a file with a line end behind it hold the same key`() throws {
        let secret = "0123456789abcdef0123"
        let wanted = try #require(MaskKey(Array(secret.utf8))).fingerprint
        let environment = ["KEY": secret]
        #expect(
            try MaskKey.read(.environment("KEY"), environment: environment).fingerprint == wanted)
        for end in ["", "\n", "\r\n"] {
            for mode in [0o600, 0o400] {
                let path = try file(secret + end, mode: mode)
                #expect(try MaskKey.read(.file(path)).fingerprint == wanted)
            }
        }
        try FileManager.default.removeItem(at: folder)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o700, 0o620, 0o601])
    func `a file that others may touch is refused`(mode: Int) throws {
        let path = try file("0123456789abcdef0123", mode: mode)
        let message = refusal(.file(path))
        #expect(
            message.contains("mode 0\(String(mode, radix: 8))") && message.contains("chmod 600"))
        #expect(!message.contains("0123456789abcdef"))
        try FileManager.default.removeItem(at: folder)
    }

    @Test func `a key that is none is refused without showing it`() throws {
        #expect(refusal(.environment("MISSING")).contains("set the environment variable MISSING"))
        #expect(refusal(.environment("SHORT")).contains("15 bytes, and 16 are the least"))
        #expect(!refusal(.environment("SHORT")).contains("fifteen"))
        #expect(refusal(.file("/nonexistent/key")).contains("cannot be read"))
        #expect(refusal(.file(FileManager.default.temporaryDirectory.path())).contains("no file"))
        let large = try file(String(repeating: "a", count: 5000), mode: 0o600)
        #expect(refusal(.file(large)).contains("are no mask key"))
        #expect(refusal(.file(try file("", mode: 0o600))).contains("of 0 bytes"))
        try FileManager.default.removeItem(at: folder)
    }

    @Test func `a plan that names another fingerprint is refused`() throws {
        let path = try file("0123456789abcdef0123", mode: 0o600)
        let plan = "{mask: {key: token, fingerprint: 0123456789abcdef}}"
        let document = try PlanDocument(yaml: Array(plan.utf8), file: "plan")
        let error = #expect(throws: ProxyError.self) { try document.keyed(file: path) }
        #expect(error?.message.contains("fingerprint 0123456789abcdef") == true)
        try FileManager.default.removeItem(at: folder)
    }
}
