/// How a file ends, as far as it was read.
public enum Ending: Equatable, Sendable {
    /// Data end, summary, footer and magic bytes are there.
    case closed
    /// The file ends behind a whole record without a data end: it is still being written, or whoever
    /// wrote it was killed, or it was cut just there.
    case open
    case damaged(Damage)

    /// The damage, where there is any.
    public var damage: Damage? {
        if case .damaged(let damage) = self { damage } else { nil }
    }
}
