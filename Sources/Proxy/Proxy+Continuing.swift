import KafkaClient
import Recording
import Records

extension Proxy {
    /// Opens a proxy and runs it; where brokers were away for longer than the clients bear, or ended a
    /// transaction meanwhile, again with new connections, as a restart of the process would.
    ///
    /// - Returns: the statistics of all runs together.
    /// - Throws: what `open` throws the first time, and what ended a run for a reason that does not
    ///   pass; the last failure where nothing was committed for ten minutes, or `shouldStop` says so
    ///   while nothing runs.
    public static func keepRunning(
        _ configuration: ProxyConfiguration, observer: ProxyObserver,
        makeRecordingID: () -> String, shouldStop: () -> Bool
    ) throws -> ProxyStatistics {
        try keepRunning(
            configuration, observer: observer, shouldStop: shouldStop,
            open: { failure in
                var configuration = configuration
                configuration.recordingFailure = failure
                return try open(
                    configuration, observer: observer, makeRecordingID: makeRecordingID)
            })
    }

    /// - Parameter open: makes the proxy of each run; told why the one before had stopped to write files,
    ///   if it had.
    static func keepRunning(
        _ configuration: ProxyConfiguration, observer: ProxyObserver, shouldStop: () -> Bool,
        open: (RecordingError?) throws -> Proxy
    ) throws -> ProxyStatistics {
        var past: Past?
        var patience = Patience()
        while true {
            let error: ProxyError
            do {
                switch try runOnce(after: past, shouldStop: shouldStop, open: open) {
                case .finished(let statistics): return statistics
                case .interrupted(let failure, let soFar, let ranNs):
                    patience.note(
                        ranNs: ranNs,
                        hasCommitted: soFar.statistics.transactions
                            > past?.statistics.transactions ?? 0)
                    (error, past) = (failure, soFar)
                }
            } catch let failure as ProxyError where past != nil && failure.mayPassOnceItRan {
                error = failure
            }
            observer.notice("\(error.message); going on with new connections", .warning)
            observer.meter?.enter(.starting)
            if !patience.pause(shouldStop) { throw error }
        }
    }

    /// What a run hands to the next.
    private struct Past {
        var statistics: ProxyStatistics
        var ranges: [TopicPartition: Range<Offset>]
        /// How often in a row a run was fenced soon after it had been begun anew.
        var fences = 0
    }

    /// Coordinators that have just come back may end a transaction once more that they ended before;
    /// to a client that looks as if another instance had taken over. So a run that is begun anew
    /// because of brokers may be fenced that often in so long a time, and is begun anew.
    private static let mostFences = 3
    private static let unsettledNs: UInt64 = 60_000_000_000

    private enum Outcome {
        case finished(ProxyStatistics)
        case interrupted(ProxyError, Past, ranNs: UInt64)
    }

    /// When this returns the proxy is gone, and with it its files are closed.
    private static func runOnce(
        after past: Past?, shouldStop: () -> Bool, open: (RecordingError?) throws -> Proxy
    ) throws -> Outcome {
        let proxy = try open(past?.statistics.recordingFailure)
        if let past {
            proxy.statistics = past.statistics
            proxy.ranges = past.ranges
        }
        let began = ArrivalClock.monotonic()
        do {
            try proxy.run(shouldStop: shouldStop)
            return .finished(proxy.statistics)
        } catch let error as ProxyError {
            let ranNs = ArrivalClock.monotonic() - began
            var next = Past(statistics: proxy.statistics, ranges: proxy.ranges)
            if error.kind == .fenced, let past, ranNs < unsettledNs {
                next.fences = past.fences + 1
                if next.fences > mostFences { throw error }
            } else if !error.mayPass {
                throw error
            }
            return .interrupted(error, next, ranNs: ranNs)
        }
    }
}

/// For how long a proxy tries again, and how soon.
private struct Patience {
    private var sinceNs: UInt64?
    private var pauseNs = Self.shortestNs
    private static let shortestNs: UInt64 = 250_000_000
    private static let longestNs: UInt64 = 5_000_000_000
    private static let wholeNs: UInt64 = 600_000_000_000
    /// A run that lasted so long was a good one, traffic or not.
    private static let goodNs: UInt64 = 120_000_000_000

    /// A run has ended.
    mutating func note(ranNs: UInt64, hasCommitted: Bool) {
        guard hasCommitted || ranNs >= Self.goodNs else { return }
        sinceNs = nil
        pauseNs = Self.shortestNs
    }

    /// Waits a little, longer each time.
    ///
    /// - Returns: false where enough was tried.
    mutating func pause(_ shouldStop: () -> Bool) -> Bool {
        let began = ArrivalClock.monotonic()
        let since = sinceNs ?? began
        sinceNs = since
        if began >= since + Self.wholeNs { return false }
        while ArrivalClock.monotonic() < began + pauseNs {
            if shouldStop() { return false }
            ArrivalClock.rest(ns: 20_000_000)
        }
        pauseNs = min(pauseNs * 2, Self.longestNs)
        return true
    }
}

extension ProxyError {
    /// What worked a moment ago and does not now: brokers that come back tell all kinds of things.
    fileprivate var mayPassOnceItRan: Bool { kind == .broker || kind == .refused }
}
