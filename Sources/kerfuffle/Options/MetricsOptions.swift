import Arguments
import KafkaClient
import Metrics
import Proxy
import Reporting

/// Where others may look at a run.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve /metrics (for Prometheus), /healthz and /readyz at this port; 0: any that is free.",
            valueName: "port", example: "9400"))
    var metricsPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "Where that is served; none: to this machine alone.", valueName: "host",
            example: "0.0.0.0"))
    var metricsHost: String?

    func validate() throws {
        if metricsHost != nil && metricsPort == nil {
            throw ValidationError("--metrics-host goes with --metrics-port")
        }
    }

    var isWanted: Bool { metricsPort != nil }

    /// Serves what the meter tells for as long as the server is held; nil where nobody asked.
    ///
    /// - Throws: `Failure.usage` where nothing can listen there.
    func serve(_ meter: ProxyMeter) throws -> PageServer? {
        try serve { ProxyPage.page(at: $0, of: meter, build: $1) }
    }

    func serve(_ meter: ReplayMeter) throws -> PageServer? {
        try serve { ReplayPage.page(at: $0, of: meter, build: $1) }
    }

    private func serve(
        _ page: @escaping @Sendable (String, RunPage.Build) -> PageServer.Page?
    ) throws -> PageServer? {
        guard let metricsPort else { return nil }
        let build = (version: Kerfuffle.version, library: LibraryVersion.text)
        do throws(PageServerError) {
            return try PageServer(host: metricsHost ?? "127.0.0.1", port: metricsPort) { path in
                page(path, build)
            }
        } catch {
            throw Failure(.usage, "--metrics-port: \(error)")
        }
    }
}
