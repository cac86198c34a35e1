/// What a client tells besides the results of calls. Told on the thread that polls, flushes or closes,
/// inside that call; never from a thread of the library.
public enum ClientEvent: Sendable {
    case log(LogLine)
    /// An error of the client as a whole (no broker can be reached, authentication refused, …). Most
    /// pass by themselves: the library goes on trying unless ``KafkaError/isFatal``.
    case error(KafkaError)
    /// The library's JSON, every `statistics.interval.ms` where that is set.
    case statistics(String)
}
