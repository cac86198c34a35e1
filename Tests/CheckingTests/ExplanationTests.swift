import Testing

@testable import Checking

@Suite struct ExplanationTests {
    private func words(_ text: String) -> [[String]] {
        let seen = history(text)
        let explanation = Explanation(
            seen, object: { String(UnicodeScalar(UInt8($0))) },
            transaction: { "T\(seen.transactions[$0].message)" })
        return seen.anomalies().map(explanation.sentences)
    }

    @Test func `a cycle is told edge by edge`() {
        #expect(
            words("r1x0 r2x0 w1x1<0 w2x2<0 c1 c2").first == [
                "T2 read version 0 of x, and T1 wrote the next one, version 1 (rw).",
                "T2 wrote version 2 of x, the next after version 1 of T1 (ww).",
                "What T1 wrote last was overwritten by a value that does not know it: a lost update "
                    + "(G-single).",
            ])
    }

    @Test func `whatever is found is told without a gap`() {
        let texts = [
            "w1x1 w2x2 w2y1 c2 w1y2 c1", "w1x1 r2x1 w1x2 a1 c2", "w1x1 w2y1 r1y1 r2x1 c1 c2",
            "2=1 e1p a1 e2p c2", "fifo r2x0 c2 r1x0 c1", "l1k l2k t1k w1x1<0 c1 c2",
            "r1x0 r1y0 r2x0 r2y0 w1x1 w2y1 c1 c2",
        ]
        for sentences in texts.flatMap(words) {
            #expect(sentences.count > 1)
            #expect(sentences.allSatisfy { $0.hasSuffix(".") && !$0.contains("  ") })
        }
    }
}
