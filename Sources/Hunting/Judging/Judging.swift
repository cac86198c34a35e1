import Configuration

/// What must hold of what a trial shows.
public struct Judging: Sendable {}

struct JudgingReader {
    let observe: [Hunt.Observed]

    func judging(_ section: Section) -> Judging { Judging() }
}
