import Dispatch
import Synchronization

/// Strategies compared at every point of a sweep, all with the same seeds; without a sweep at one point.
public struct Study: Sendable {
    public struct Point: Sendable {
        public let values: SweepValues
        public let topology: Topology
        public let comparison: Comparison
    }

    public let sweeps: [Sweep]
    /// All combinations of the sweeps' values, the last sweep changing fastest.
    public let points: [Point]
    public let strategies: [Strategy]
    public let seeds: [String]

    /// Runs everything, on all cores; the result is the same whatever their number.
    ///
    /// - Parameters:
    ///   - topology: the topology with the values of a point.
    ///   - threads: how many runs go on at once; nil: as many as there are cores.
    ///   - progress: is told how many runs are done, from any thread.
    ///   - shouldStop: asked before each run; if it says so, the result is nil.
    /// - Throws: what `topology` throws, before anything runs.
    /// - Complexity: O(points x strategies x seeds x events); memory of a few numbers a run.
    public init?(
        _ sweeps: [Sweep], _ strategies: [Strategy], seeds: [String], threads: Int? = nil,
        progress: @escaping @Sendable (Int) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false },
        topology: (SweepValues) throws -> Topology
    ) throws {
        let places = try SweepValues.grid(sweeps).map { ($0, try topology($0)) }
        let runs = strategies.count * seeds.count
        let topologies = places.map(\.1)
        let outcomes = Self.all(
            places.count * runs, threads, progress, shouldStop
        ) { index in
            let (place, run) = index.quotientAndRemainder(dividingBy: runs)
            let (side, seed) = run.quotientAndRemainder(dividingBy: seeds.count)
            return RunOutcome(topologies[place].run(strategies[side], seed: seeds[seed]))
        }
        guard let outcomes else { return nil }
        self.sweeps = sweeps
        self.strategies = strategies
        self.seeds = seeds
        points = places.enumerated().map { index, place in
            Point(
                values: place.0, topology: place.1,
                comparison: Comparison(
                    strategies, seeds, place.1.invariants, outcomes[(index * runs)...].prefix(runs))
            )
        }
    }

    /// Results of numbered runs in the order of their numbers; nil where some were left out.
    static func all(
        _ count: Int, _ threads: Int?, _ progress: @Sendable (Int) -> Void,
        _ shouldStop: @Sendable () -> Bool, _ run: @Sendable (Int) -> RunOutcome
    ) -> [RunOutcome]? {
        let results = Mutex([RunOutcome?](repeating: nil, count: count))
        let next = Atomic(0)
        let done = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(count, threads ?? count)) { _ in
            while !shouldStop() {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let outcome = run(index)
                results.withLock { $0[index] = outcome }
                progress(done.wrappingAdd(1, ordering: .relaxed).newValue)
            }
        }
        let all = results.withLock { $0.compactMap { $0 } }
        return all.count == count ? all : nil
    }

    /// Points along the first sweep, one line for each combination of the others' values; a single
    /// line with a single point where there is no sweep.
    public var lines: [Line] {
        guard let first = sweeps.first else { return [Line(others: [], points: points)] }
        let others = points.count / first.values.count
        return (0..<others).map { other in
            Line(
                others: zip(sweeps, points[other].values.texts).dropFirst()
                    .map { ($0.path, $1) },
                points: first.values.indices.map { points[$0 * others + other] })
        }
    }

    public struct Line: Sendable {
        /// The values of the other sweeps, with their paths.
        public let others: [(path: String, value: String)]
        public let points: [Point]
    }
}
