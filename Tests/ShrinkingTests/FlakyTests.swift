import Shrinking
import Testing

@Suite struct FlakyTests {
    /// Fails in `share` of a hundred trials where all of `needed` are there, drawn from candidate and repetition.
    private func flaky(
        _ needed: Set<Int>, share: Int, seed: Int
    ) -> @Sendable (Candidate<Int>) -> Answer<Int> {
        { candidate in
            guard needed.isSubset(of: candidate.atoms) else { return .passes }
            var hash = seed
            for atom in candidate.atoms { hash = hash &* 31 &+ atom }
            var draws = Draws(hash &* 31 &+ candidate.repetition)
            return draws.below(100) < share ? .fails(0) : .passes
        }
    }

    @Test func `keeps what matters of a failure that shows in two of three trials`() async {
        var exact = 0
        for seed in 0..<40 {
            var draws = Draws(seed)
            let needed = draws.some(3, below: 64)
            let oracle = flaky(needed, share: 67, seed: seed)
            let shrunk = await Shrinker(
                confirmation: Confirmation(needed: 2, of: 8), oracle: { oracle($0) }
            ).shrink(AtomTree(0..<64), keeping: 0)
            #expect(needed.isSubset(of: shrunk.atoms))
            #expect(shrunk.candidates <= bound(kept: shrunk.atoms.count, of: 64))
            if shrunk.atoms == needed.sorted() { exact += 1 }
        }
        // One candidate of 400 is misjudged: P(Bin(8, 0.67) < 2) = 0.0025.
        #expect(exact >= 36)
    }

    @Test func `one lucky failure is no step`() async {
        // The first trial of everything fails; only what holds 5 does so again.
        let shrunk = await Shrinker<Int, Int>(
            confirmation: Confirmation(needed: 2, of: 3),
            oracle: { candidate in
                candidate.repetition == 0 || candidate.atoms.contains(5) ? .fails(0) : .passes
            }
        ).shrink(AtomTree(0..<32), keeping: 0)
        #expect(shrunk.atoms == [5])
    }

    @Test func `ends the trials of a candidate once they decide`() async {
        let notes = Notes()
        _ = await Shrinker<Int, Int>(
            confirmation: Confirmation(needed: 2, of: 5),
            oracle: { candidate in
                _ = await notes.note(candidate.atoms)
                return candidate.atoms.contains(0) ? .fails(0) : .passes
            }
        ).shrink(AtomTree(0..<2), keeping: 0)
        // Fails, fails; without both: four times passed is the end; the half with 0: fails, fails; and then none.
        let asked = await notes.asked
        #expect(asked == [[0, 1], [0, 1], [], [], [], [], [0], [0]])
    }

    @Test func `trials that say nothing count for neither`() async {
        let shrunk = await Shrinker<Int, Int>(
            confirmation: Confirmation(needed: 1, of: 2),
            oracle: { candidate in
                if candidate.repetition == 0 { return .unresolved }
                return candidate.atoms.contains(2) ? .fails(0) : .passes
            }
        ).shrink(AtomTree(0..<8), keeping: 0)
        #expect(shrunk.atoms == [2])
        #expect(shrunk.otherTrials == shrunk.candidates)
    }
}
