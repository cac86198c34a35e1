extension Topology {
    /// Asks for so many messages of all sources together. One that makes them alone makes as many, also where its own
    /// number is less.
    ///
    /// - Parameter paths: what is set beside it; a source's number among them stays.
    public mutating func ask(forMessages count: Int, besides paths: [String]) {
        run.messages = count
        guard sources.count == 1, let own = sources[0].messages, own < count,
            !paths.contains(where: { $0.hasSuffix(".messages") })
        else { return }
        sources[0].messages = nil
    }

    /// How many messages sources make by numbers of their own; nil: one has none.
    public var ownMessages: Int? {
        var sum = 0
        for source in sources {
            guard let own = source.messages else { return nil }
            sum += own
        }
        return sum
    }
}
