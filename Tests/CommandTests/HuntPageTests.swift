import Foundation
import Testing

/// What a hunt leaves for people and for CI: its page, looked at by a browser, and its test report.
@Suite struct HuntPageTests {
    @Test(
        .enabled(
            if: Python.isThere, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        .enabled(if: PageLook.browser != nil, "no chromium: scripts/setup --tests installs it"))
    func `the page can be read anywhere, fetches nothing, and agrees with the report`() throws {
        let folder = try TemporaryFolder()
        let systems = Kerfuffle.repository.appendingPathComponent("Tests/Systems").path
        let python = try #require(Python.path)
        // A hunt starts some dozens of processes, beside those of all other tests.
        let hunt = Subprocess(
            Kerfuffle.path,
            [
                "hunt", systems + "/sum.yaml", "--trials", "8", "--output", folder.path("h"),
                "--set", "system.command=[\(python), sum.py]", "--set",
                "observe=[{command: [\(python), harness.py, dump], name: balances}]", "--set",
                "confirm={runs: 2, needed: 2}", "--html", folder.path("h.html"), "--junit",
                folder.path("h.xml"), "--format", "json",
            ])
        let result = try hunt.run(seconds: 300)
        #expect(result.code == 1, "\(result.errors)")
        #expect(result.text.contains("\"conclusion\":\"found\""))
        let page = try String(contentsOfFile: folder.path("h.html"), encoding: .utf8)
        #expect(page.contains("kerfuffle reproduce"))
        for word in ["<script", "http://", "https://", "src=", "href=", "url("] {
            #expect(!page.contains(word), "\(word)")
        }
        for look in try PageLook.of(folder.path("h.html")) {
            let place = "\(look.scheme), \(look.width) px"
            #expect(look.scrollWidth <= look.width, "\(place)")
            #expect(look.wide == [] && look.overlaps == [], "\(place)")
            #expect(look.requests == [] && look.scripts == 0, "\(place)")
            #expect(look.text >= 4.5 && look.drawing >= 3 && look.smallest >= 10, "\(place)")
            #expect(look.charts >= 2 && look.described == look.charts, "\(place)")
        }
        let report = try String(contentsOfFile: folder.path("h.xml"), encoding: .utf8)
        #expect(XMLReport(report)?.failures == 1, "\(report)")
    }
}

/// As much of a JUnit file as says how many cases failed; nil where it is no XML.
private struct XMLReport {
    let failures: Int

    init?(_ text: String) {
        let parser = Subprocess.python(
            "import sys,xml.dom.minidom as m;"
                + "print(len(m.parseString(sys.argv[1]).getElementsByTagName('failure')))", text)
        guard let parser, let count = Int(parser) else { return nil }
        failures = count
    }
}

extension Subprocess {
    /// What a line of Python prints; nil where it fails.
    fileprivate static func python(_ code: String, _ argument: String) -> String? {
        let result = try? Subprocess("/usr/bin/python3", ["-c", code, argument]).run()
        guard let result, result.code == 0 else { return nil }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
