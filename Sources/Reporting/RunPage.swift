import Metrics
import Proxy

/// The pages that every run has: its metrics, and whether it lives and works.
public enum RunPage {
    /// Version of the program and of the client library.
    public typealias Build = (version: String, library: String)

    /// How long a request waits for the run's thread to tell how things are now.
    static let patience = Duration.milliseconds(500)

    /// The page at a path; nil where there is none.
    ///
    /// - Parameter health: as of now, waiting no longer than it is told.
    static func page(
        at path: String, health: (_ patience: Duration) -> ProxyHealth, metrics: () -> String
    ) -> PageServer.Page? {
        switch path {
        case "/metrics":
            return PageServer.Page(contentType: Exposition.contentType, text: metrics())
        case "/healthz":
            let health = health(.zero)
            return page(health.isLive, health)
        case "/readyz":
            let health = health(patience)
            return page(health.isReady, health)
        default: return nil
        }
    }

    private static func page(_ isWell: Bool, _ health: ProxyHealth) -> PageServer.Page {
        let word = isWell ? "ok" : "not ok"
        let lines = [word] + health.reasons
        return PageServer.Page(
            status: isWell ? 200 : 503, text: lines.map { $0 + "\n" }.joined())
    }
}

extension Exposition {
    mutating func append(build: RunPage.Build) {
        begin("kerfuffle_build_info", .gauge, "Versions of the program and of librdkafka.")
        sample(1, .init(["version": build.version, "librdkafka": build.library]))
    }

    mutating func append(health: ProxyHealth, silence: Duration) {
        single(
            "kerfuffle_healthy", .gauge, "Whether the loop goes round (as /healthz says).",
            health.isLive ? 1 : 0)
        single(
            "kerfuffle_ready", .gauge,
            "Whether it does its work and the cluster answers (as /readyz says).",
            health.isReady ? 1 : 0)
        let (seconds, attoseconds) = silence.components
        single(
            "kerfuffle_loop_silence_seconds", .gauge, "Time since the loop last came round.",
            Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
