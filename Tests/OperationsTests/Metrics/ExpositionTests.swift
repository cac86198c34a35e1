import Metrics
import Testing

@Suite struct ExpositionTests {
    @Test func `families stand with help, type and samples`() {
        var page = Exposition()
        page.begin("a_total", .counter, "What a is.")
        page.sample(3, .init(["topic": "orders", "partition": "0"]))
        page.sample(UInt64.max, .none)
        page.single("b_seconds", .gauge, "B.", 0.25)
        #expect(
            page.text == """
                # HELP a_total What a is.
                # TYPE a_total counter
                a_total{topic="orders",partition="0"} 3
                a_total 18446744073709551615
                # HELP b_seconds B.
                # TYPE b_seconds gauge
                b_seconds 0.25

                """)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"),
        ("ünï \u{1F600}", "ünï \u{1F600}"), ("\r\n", "\r\\n"), ("", ""),
    ])
    func `a label's value stands in escapes`(value: String, text: String) {
        var page = Exposition()
        page.begin("a", .gauge, "A.")
        page.sample(1, .init(["l": value]))
        #expect(page.text.hasSuffix("a{l=\"\(text)\"} 1\n"))
    }

    @Test(arguments: [
        (1.0, "1"), (-0.5, "-0.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (1e18, "1e+18"), (1e-6, "1e-06"),
    ])
    func `numbers are spelled as Prometheus reads them`(value: Double, text: String) {
        var page = Exposition()
        page.single("a", .gauge, "A.", value)
        #expect(page.text.hasSuffix("a \(text)\n"))
    }

    @Test func `a histogram's buckets hold all that is below them`() {
        var page = Exposition()
        page.begin("t_seconds", .histogram, "T.")
        page.histogram(bounds: [0.1, 1], counts: [2, 3, 4], sum: 12.5)
        #expect(
            page.text == """
                # HELP t_seconds T.
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.1"} 2
                t_seconds_bucket{le="1"} 5
                t_seconds_bucket{le="+Inf"} 9
                t_seconds_sum 12.5
                t_seconds_count 9

                """)
    }
}
