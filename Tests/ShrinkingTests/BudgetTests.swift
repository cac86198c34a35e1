import Shrinking
import Testing

@Suite struct BudgetTests {
    @Test(arguments: [1, 2, 5, 17, 40])
    func `keeps the best so far when the trials are spent`(most: Int) async {
        let needed: Set = [3, 70, 71]
        let oracle = failing(with: needed)
        let notes = Notes()
        let shrunk = await Shrinker(
            budget: ShrinkingBudget(trials: most), progress: { await notes.report($0) },
            oracle: { oracle($0) }
        ).shrink(AtomTree(0..<100), keeping: "lost")
        let full = await Shrinker(oracle: { oracle($0) })
            .shrink(AtomTree(0..<100), keeping: "lost")
        #expect(shrunk.trials == min(most, full.trials))
        #expect(shrunk.end.name == (most < full.trials ? "budget" : "minimal"))
        #expect(needed.isSubset(of: shrunk.atoms))
        let reported = await notes.reported
        if let last = reported.last { #expect(last.atoms == shrunk.atoms) }
        // What is reported only ever becomes less.
        for (before, after) in zip(reported, reported.dropFirst()) {
            #expect(Set(after.atoms).isSubset(of: before.atoms))
        }
    }

    @Test func `ends when the caller's clock says so`() async {
        let clock = Clock(ticks: 12)
        let oracle = failing(with: [50])
        let shrunk = await Shrinker(
            budget: ShrinkingBudget(isOver: { clock.isOver }),
            oracle: { candidate in
                clock.tick()
                return oracle(candidate)
            }
        ).shrink(AtomTree(0..<1000), keeping: "lost")
        #expect(shrunk.end.name == "budget" && shrunk.trials == 12)
        #expect(shrunk.atoms.contains(50) && shrunk.atoms.count < 1000)
    }

    @Test func `an oracle that throws ends it and loses nothing`() async throws {
        struct Broken: Error {}
        let notes = Notes()
        let shrunk = await Shrinker<Int, Int>(oracle: { candidate in
            if await notes.note(candidate.atoms) > 6 { throw Broken() }
            return candidate.atoms.contains(9) ? .fails(0) : .passes
        }).shrink(AtomTree(0..<64), keeping: 0)
        guard case .failed(let error) = shrunk.end else {
            Issue.record("ended with \(shrunk.end.name)")
            return
        }
        #expect(error is Broken)
        #expect(shrunk.atoms.contains(9) && shrunk.atoms.count < 64)
    }

    @Test func `ends when its task is cancelled`() async {
        let notes = Notes()
        let task = Task {
            await Shrinker<Int, Int>(oracle: { candidate in
                if await notes.note(candidate.atoms) == 8 { withUnsafeCurrentTask { $0?.cancel() } }
                return candidate.atoms.contains(1) ? .fails(0) : .passes
            }).shrink(AtomTree(0..<500), keeping: 0)
        }
        let shrunk = await task.value
        #expect(shrunk.end.name == "budget" && shrunk.trials == 8)
    }
}
