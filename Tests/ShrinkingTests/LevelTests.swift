import Shrinking
import Testing

@Suite struct LevelTests {
    /// Windows as groups; in each its records; below each record a line and two values.
    private func tree(windows: Int, records: Int) -> AtomTree<String> {
        var tree = AtomTree<String>()
        for window in 0..<windows {
            let group = tree.add(nil)
            for record in 0..<records {
                let name = "\(window).\(record)"
                let node = tree.add(name, under: group)
                for part in ["line", "price", "note"] { tree.add("\(name) \(part)", under: node) }
            }
        }
        #expect(tree.levels == 3)
        return tree
    }

    @Test func `goes from windows to records to what hangs on them`() async {
        let needed: Set = ["17.3", "17.3 line", "40.0", "40.0 price"]
        let shrunk = await Shrinker<String, Int>(oracle: {
            needed.isSubset(of: $0.atoms) ? .fails(0) : .passes
        }).shrink(tree(windows: 50, records: 10), keeping: 0)
        #expect(Set(shrunk.atoms) == needed)
        #expect(shrunk.atomsAtFirst == 2000)
        // Far fewer than by atoms alone, as whole windows go at once.
        #expect(shrunk.candidates <= 80)
    }

    @Test func `leaves nothing of a record that went`() async {
        let shrunk = await Shrinker<String, Int>(oracle: { candidate in
            for atom in candidate.atoms where atom.contains(" ") {
                let record = String(atom.prefix { $0 != " " })
                if !candidate.atoms.contains(record) { return .fails(1) }
            }
            return candidate.atoms.contains("3.1 note") ? .fails(0) : .passes
        }).shrink(tree(windows: 6, records: 4), keeping: 0)
        #expect(shrunk.atoms == ["3.1", "3.1 note"])
        #expect(shrunk.otherTrials == 0)
    }

    @Test func `takes a record that only mattered by its values in the last pass`() async {
        // As long as a note is there its record matters; once the notes are gone it does not.
        let shrunk = await Shrinker<String, Int>(oracle: { candidate in
            let atoms = candidate.atoms
            let notes = atoms.filter { $0.hasSuffix("note") }.count
            guard atoms.contains("1.0 line") else { return .passes }
            return notes == 0 || atoms.contains("0.0") ? .fails(0) : .passes
        }).shrink(tree(windows: 2, records: 1), keeping: 0)
        #expect(shrunk.atoms == ["1.0", "1.0 line"])
    }
}
