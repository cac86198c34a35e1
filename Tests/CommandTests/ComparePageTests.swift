import Foundation
import Perturbation
import Testing

/// The page of `compare`, looked at by a browser.
@Suite struct ComparePageTests {
    private func write(_ arguments: [String], to path: String) throws {
        let result = try Kerfuffle.run(["compare"] + arguments + ["--html", path])
        try #require(result.code == 0, "\(result.errors)")
    }

    private static let cases = [
        [
            "topologies/flash-sale.yaml", "--seeds", "3", "--messages", "600",
        ], ["topologies/crossover-contention.yaml"] + CompareCommandTests.sweep,
    ]

    @Test(
        .enabled(
            if: Python.isThere, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        .enabled(if: PageLook.browser != nil, "no chromium: scripts/setup --tests installs it"),
        arguments: cases)
    func `nothing overflows, nothing is asked for, all can be read`(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let page = folder.path("page.html")
        var arguments = arguments
        arguments[0] = Kerfuffle.repository.appendingPathComponent(arguments[0]).path
        try write(arguments, to: page)
        let looks = try PageLook.of(page)
        #expect(looks.map(\.width) == [390, 1400, 390, 1400])
        #expect(looks.map(\.scheme) == ["light", "light", "dark", "dark"])
        for look in looks {
            let place = "\(look.scheme), \(look.width) px"
            #expect(look.scrollWidth <= look.width, "\(place)")
            #expect(look.wide == [], "\(place)")
            #expect(look.overlaps == [], "\(place)")
            #expect(look.requests == [] && look.scripts == 0, "\(place)")
            // WCAG 2.1, 1.4.3 and 1.4.11.
            #expect(look.text >= 4.5, "\(place)")
            #expect(look.drawing >= 3, "\(place)")
            #expect(look.smallest >= 10, "\(place)")
            #expect(look.charts >= 4 && look.described == look.charts, "\(place)")
        }
        #expect(looks[0].background != looks[2].background, "there is a dark side")
    }

    @Test func `the same result gives the same bytes, and names what makes it again`() throws {
        let folder = try TemporaryFolder()
        let (one, two) = (folder.path("one.html"), folder.path("two.html"))
        let arguments = [CompareCommandTests.crossover] + CompareCommandTests.sweep
        try write(arguments + ["--threads", "1"], to: one)
        try write(arguments + ["--threads", "2"], to: two)
        let text = try String(contentsOfFile: one, encoding: .utf8)
        #expect(text == (try String(contentsOfFile: two, encoding: .utf8)))
        #expect(text.contains("'sources.orders.keys=uniform(8),uniform(32),uniform(1000)'"))
        #expect(text.contains("--seeds 4"))
        // A value that the file leaves out.
        #expect(text.contains("maxDeliveries        no limit"))
        for word in ["<script", "http://", "https://", "src=", "href=", "url("] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func `what broke is drawn, for each strategy that broke it`() throws {
        let folder = try TemporaryFolder()
        let page = folder.path("page.html")
        let sale = Kerfuffle.repository.appendingPathComponent("topologies/flash-sale.yaml").path
        try write([sale, "--seeds", "1", "--messages", "600"], to: page)
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("<h3>naive with seed 1-1</h3>"))
        #expect(text.components(separatedBy: "<svg class=\"timeline\"").count == 2)
    }

    @Test func `what stands in a topology stays text`() throws {
        let folder = try TemporaryFolder()
        let (topology, page) = (folder.path("t.yaml"), folder.path("page.html"))
        let text = """
            about: "<script>alert(1)</script> & \\"more\\""
            sources: {a: {to: q, rate: 100/s, messages: 20}}
            handlers: {h: {from: q, steps: [{think: 1ms}]}}
            """
        try text.write(toFile: topology, atomically: true, encoding: .utf8)
        try write([topology, "--seeds", "1", "--strategies", "naive"], to: page)
        let written = try String(contentsOfFile: page, encoding: .utf8)
        #expect(!written.contains("<script"))
        #expect(written.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"))
    }
}
