/// Where a search over states keeps them while it is not at work.
struct StateStore {
    let memory: ExplorationMemory
    let phase: String

    func keep(_ states: borrowing StateSet, _ stand: SearchStand) {
        memory.store(states, stand, phase)
    }

    /// Those that were kept; nil where there are none, or not whole ones.
    func states() -> StateSet? { memory.states(phase) }
}
