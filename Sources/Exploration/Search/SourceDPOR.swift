/// One execution of every class of interleavings that differ in the order of steps which conflict, or few more:
/// source-DPOR with sleep sets.
///
/// Steps conflict where one writes what the other touches; each records what it touched. What may go wrong in a
/// step is a branch of its own of the delivery whose step it is, so that no fault is a process that others
/// could disable.
///
/// Source: Abdulla, Aronis, Jonsson, Sagonas, *Optimal Dynamic Partial Order Reduction* (POPL 2014), algorithm 1.
struct SourceDPOR {
    /// Told the choices of each execution that was carried out to its end; whether to note a finding.
    var judge: ((_ choices: [Choice]) -> Finding?)?

    func run(_ model: Model, _ search: inout Search) {
        var walk = ReducedWalk(model)
        walk.run(&search, judge)
    }
}

/// What a step touched, as bits of objects.
struct Touched: BitwiseCopyable {
    var reads: UInt64 = 0
    var writes: UInt64 = 0
    var adds: UInt64 = 0

    @inline(__always)
    func conflicts(with other: Touched) -> Bool {
        let all = other.reads | other.writes | other.adds
        return writes & all | other.writes & (reads | adds) | adds & other.reads
            | reads & other.adds != 0
    }
}
