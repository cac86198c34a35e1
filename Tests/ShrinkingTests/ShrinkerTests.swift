import Shrinking
import Testing

@Suite struct ShrinkerTests {
    @Test(arguments: [
        (atoms: 1, needed: 1), (2, 1), (2, 2), (7, 3), (16, 16), (100, 1), (100, 3), (200, 8),
        (1000, 4), (3000, 2),
    ])
    func `keeps exactly the atoms that matter, within the bound`(atoms: Int, needed: Int) async {
        for seed in 0..<8 {
            var draws = Draws(seed &* 7919 &+ atoms)
            let needed = draws.some(needed, below: atoms)
            let oracle = failing(with: needed)
            let shrunk = await Shrinker(oracle: { oracle($0) })
                .shrink(AtomTree(0..<atoms), keeping: "lost")
            #expect(shrunk.end.name == "minimal")
            #expect(shrunk.atoms == needed.sorted())
            #expect(shrunk.candidates <= bound(kept: needed.count, of: atoms))
            #expect(shrunk.candidates == shrunk.trials && shrunk.atomsAtFirst == atoms)
        }
    }

    /// The least and the largest of atoms that matter, or three in a row, or a parity: removing some may
    /// bring the failure back that removing others hid.
    @Test func `is 1-minimal on oracles that are not monotone`() async {
        for seed in 0..<150 {
            var draws = Draws(seed)
            let atoms = 4 + draws.below(40)
            let (cause, enemies) = (draws.some(3, below: atoms), draws.some(4, below: atoms))
            let kind = draws.below(3)
            let fails: @Sendable ([Int]) -> Bool = { present in
                let present = Set(present)
                let isThere = cause.isSubset(of: present)
                return switch kind {
                case 0:
                    isThere && present.subtracting(cause).intersection(enemies).count % 2 == 0
                        || present.count == atoms
                case 1: isThere || present.count == atoms || present.count % 7 == 5
                default: present.count == atoms || (isThere && present.count % 2 == 1)
                }
            }
            let shrunk = await Shrinker<Int, Int>(oracle: { fails($0.atoms) ? .fails(0) : .passes })
                .shrink(AtomTree(0..<atoms), keeping: 0)
            #expect(shrunk.end.name == "minimal")
            #expect(fails(shrunk.atoms))
            for atom in shrunk.atoms {
                #expect(!fails(shrunk.atoms.filter { $0 != atom }), "seed \(seed): \(atom) can go")
            }
        }
    }

    @Test func `asks for no set of atoms twice`() async {
        for seed in 0..<20 {
            var draws = Draws(seed)
            let oracle = failing(with: draws.some(5, below: 60))
            let notes = Notes()
            _ = await Shrinker(oracle: { candidate in
                _ = await notes.note(candidate.atoms)
                return oracle(candidate)
            }).shrink(AtomTree(0..<60), keeping: "lost")
            let asked = await notes.asked
            #expect(Set(asked).count == asked.count)
        }
    }

    @Test func `finds that nothing is needed at all`() async {
        let shrunk = await Shrinker<Int, Int>(oracle: { _ in .fails(0) })
            .shrink(AtomTree(0..<50), keeping: 0)
        #expect(shrunk.atoms.isEmpty && shrunk.candidates == 2)
    }

    @Test func `takes no step to a failure with another signature`() async {
        // Without atom 3 something else breaks.
        let shrunk = await Shrinker<Int, String>(oracle: { candidate in
            guard candidate.atoms.contains(7) else { return .passes }
            return .fails(candidate.atoms.contains(3) ? "lost" : "crash")
        }).shrink(AtomTree(0..<20), keeping: "lost")
        #expect(shrunk.atoms == [3, 7])
        #expect(shrunk.otherTrials > 0)
    }

    @Test func `says where all atoms together do not fail`() async {
        let shrunk = await Shrinker<Int, Int>(oracle: { _ in .passes })
            .shrink(AtomTree(0..<9), keeping: 0)
        #expect(shrunk.end.name == "notReproduced")
        #expect(shrunk.atoms.count == 9 && shrunk.trials == 1)
    }

    @Test(arguments: [1, 2, 3, 8])
    func `comes to the same with trials side by side`(sideBySide: Int) async {
        for seed in 0..<10 {
            var draws = Draws(seed)
            let needed = draws.some(4, below: 120)
            let oracle = failing(with: needed)
            let shrunk = await Shrinker(sideBySide: sideBySide, oracle: { oracle($0) })
                .shrink(AtomTree(0..<120), keeping: "lost")
            #expect(shrunk.atoms == needed.sorted())
        }
    }
}
