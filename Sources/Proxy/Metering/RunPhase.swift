/// Where a run is.
public enum RunPhase: Int, Sendable {
    /// Broker, files and positions are checked.
    case starting
    case running
    case ended
}
