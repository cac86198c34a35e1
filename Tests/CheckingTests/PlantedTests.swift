import Testing

@testable import Checking

/// Each anomaly in the smallest history that has it, and its neighbour that has none.
@Suite struct PlantedTests {
    @Test(arguments: [
        // Two transactions overwrite each other on two objects in opposite orders.
        ("w1x1 w2x2 w2y1 c2 w1y2 c1", ["G0"]),
        ("w1x1 w1y1 c1 w2x2 w2y2 c2", []),
        // A read of what was taken back, or never will be there.
        ("w1x1 r2x1 a1 c2", ["G1a", "dirty read"]),
        ("w1x1 r2x1 a1 a2", []),
        ("w1x1 a1 r2x1 c2", ["G1a"]),
        // A read of what its writer had not finished.
        ("w1x1 r2x1 w1x2 c1 c2", ["G1b", "dirty read"]),
        ("w1x1 w1x2 c1 r2x2 c2", []),
        // Information that flows in a circle.
        ("w1x1 w2y1 r1y1 r2x1 c1 c2", ["G1c", "dirty read", "dirty read"]),
        ("w1x1 r2x1 w2y1 c1 c2", ["dirty read"]),
        // Both compute from the same version.
        ("r1x0 r2x0 w1x1<0 w2x2<0 c1 c2", ["lost update", "stale read"]),
        ("r1x0 w1x1<0 c1 r2x1 w2x2<1 c2", []),
        ("r1x0 r2x0 w1x1<0 w2x2<0 c1 a2", ["stale read"]),
        // The second one adds to what is there: nothing is lost, but what it had read was old.
        ("r1x0 r2x0 w1x1<0 w2x2<1 c1 c2", ["G-single"]),
        // One sees half of what another did.
        ("r1x0 w2x1 w2y1 c2 r1y1 c1", ["G-single"]),
        ("w2x1 w2y1 c2 r1x1 r1y1 c1", []),
        // Each reads what the other writes.
        ("r1x0 r1y0 r2x0 r2y0 w1x1 w2y1 c1 c2", ["stale read", "G2-item", "G2-item"]),
        ("r1x0 r1y0 w1x1 c1 r2x1 r2y0 w2y1 c2", []),
        // Three antidependencies.
        (
            "r1x0 r2y0 r3z0 w1y1 w2z1 w3x1 c1 c2 c3",
            ["stale read", "stale read", "G2-item", "G2-item", "G2-item"]
        ),
        // The same thing twice for one message.
        ("2=1 e1p a1 e2p c2", ["duplicate effect"]),
        ("2=1 w1x1<0 a1 w2x2<1 c2", ["duplicate effect"]),
        ("e1p e1p c1 e2p c2", []),
        // A later message is done first.
        ("fifo r2x0 c2 r1x0 c1", ["order inversion"]),
        ("fifo r1x0 c1 r2x0 c2", []),
        ("fifo 3=1 r1x0 c1 r2x0 c2 r3x0 c3", []),
        // Holders beside each other, and one whose lease was over.
        ("l1k l2k u1k u2k c1 c2", ["overlapping holders"]),
        ("l1k u1k l2k u2k c1 c2", []),
        ("l1k a1 l2k u2k c2", []),
        ("l1k t1k w1x1<0 c1", ["write after expiry"]),
        ("l1k w1x1<0 u1k c1", []),
    ])
    func `each has its name`(text: String, kinds: [String]) {
        #expect(history(text).kinds().sorted() == kinds.sorted())
    }

    @Test func `a lost update names who lost what to whom`() throws {
        let seen = history("r1x0 r2x0 r3x0 w1x1<0 w3x2<1 w2x3<0 c1 c2 c3")
        let lost = try #require(seen.witnesses(.lostUpdate).first)
        // Transaction 2 is number 1; what it had not seen are the versions 1 and 2.
        #expect(lost.edges.map(\.kind) == [.rw, .ww, .ww])
        #expect(lost.transactions == [1, 0, 2])
        #expect(lost.timeNs == 5)
        #expect(lost.events.map { seen.events[$0].version } == [0, 1, 2, 3])
    }

    @Test func `more is given out than there was, whatever the values say`() throws {
        // Three that take four each of ten, all from what was there at first.
        var seen = History()
        for number in 0..<3 {
            let buyer = seen.begin(History.Transaction(message: Int64(number), beganNs: 0))
            seen.append(History.Event(.read, by: buyer, on: 7, at: 1, value: 10))
            seen.append(
                History.Event(
                    .write, by: buyer, on: 7, at: Int64(number + 2),
                    version: Int64(number + 1), basis: 0, value: 6))
            seen.end(buyer, .committed, at: 9)
        }
        let oversold = seen.witnesses(.oversell)
        #expect(oversold.map(\.transactions) == [[2]])
        #expect(oversold.map(\.timeNs) == [4])
    }

    @Test func `what is under way is held against nobody`() {
        #expect(history("r1x0 r2x0 w1x1<0 w2x2<0 c1").kinds() == ["stale read"])
        #expect(history("w1x1 r2x1 c2").kinds() == ["dirty read"])
    }
}
