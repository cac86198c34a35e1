import Shrinking
import Testing

/// How many candidates shrinking asks for, on trees as hunts have them: keys, their records, and what is done to each.
@Suite struct BoundTests {
    private struct Planted {
        var tree = AtomTree<Int>()
        var atoms = 0
        var records: [Int] = []
        var lines: [(atom: Int, record: Int)] = []

        /// - Parameter records: of so many keys in turn; every third has one line of schedule, every ninth a second.
        init(records count: Int, keys: Int) {
            var groups: [Int] = []
            for _ in 0..<keys { groups.append(tree.add(nil)) }
            for index in 0..<count {
                let node = tree.add(atoms, under: groups[index % keys])
                let record = atoms
                records.append(record)
                atoms += 1
                for _ in 0..<(index % 9 == 0 ? 2 : index % 3 == 0 ? 1 : 0) {
                    tree.add(atoms, under: node)
                    lines.append((atoms, record))
                    atoms += 1
                }
            }
        }
    }

    /// A duplicate of one record; a move of one over others of its key; two of each: the causes of the shipped systems.
    @Test(arguments: [(20, 4), (30, 4), (60, 8), (200, 10)], 1...3)
    func `asks for at most ten times kept times log of all`(size: (Int, Int), lines: Int) async {
        for seed in 0..<12 {
            var draws = Draws(seed &* 31 &+ lines &+ size.0)
            let planted = Planted(records: size.0, keys: size.1)
            let chosen = draws.some(lines, below: planted.lines.count).map { planted.lines[$0] }
            var needed = Set(chosen.flatMap { [$0.atom, $0.record] })
            for other in draws.some(lines, below: planted.records.count) {
                needed.insert(planted.records[other])
            }
            let oracle = failing(with: needed)
            let shrunk = await Shrinker(oracle: { oracle($0) })
                .shrink(planted.tree, keeping: "lost")
            #expect(shrunk.atoms == needed.sorted())
            #expect(
                shrunk.candidates <= bound(kept: needed.count, of: planted.atoms), "seed \(seed)")
        }
    }
}
