/// Every state that can be reached, depth first, each once: exact states in a hash table, no reduction.
///
/// Without `keepsStates` it is the naive search: every execution from its start to its end, which reductions are
/// measured against.
struct DepthFirst {
    var keepsStates = true
    /// Whether who cannot get into anybody's way goes alone.
    var reduces = false

    /// - Complexity: states x deliveries x actions steps; without states, all executions.
    func run(_ model: Model, _ search: inout Search) {
        if keepsStates {
            var walk = StateWalk(model, reduces: reduces)
            walk.run(&search)
        } else {
            var walk = NaiveWalk(model)
            walk.run(&search)
        }
    }
}
