import Shrinking

/// What an oracle was asked and what was reported, in order.
actor Notes {
    private(set) var asked: [[Int]] = []
    private(set) var reported: [Shrunk<Int>] = []

    func note(_ atoms: [Int]) -> Int {
        asked.append(atoms)
        return asked.count
    }

    func report(_ shrunk: Shrunk<Int>) { reported.append(shrunk) }
}

extension Shrunk.End {
    var name: String {
        switch self {
        case .underWay: "underWay"
        case .minimal: "minimal"
        case .budget: "budget"
        case .notReproduced: "notReproduced"
        case .failed: "failed"
        }
    }
}

/// Fails where all of `needed` are there.
func failing(with needed: Set<Int>) -> @Sendable (Candidate<Int>) -> Answer<String> {
    { needed.isSubset(of: $0.atoms) ? .fails("lost") : .passes }
}

/// `10 x (atoms kept + 1) x log2(atoms + 1)`.
func bound(kept: Int, of atoms: Int) -> Int {
    var (log, rest) = (0, atoms)
    while rest > 0 {
        log += 1
        rest >>= 1
    }
    return 10 * (kept + 1) * log
}
