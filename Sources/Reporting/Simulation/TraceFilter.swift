import Simulation

/// Which lines of a trace are shown.
public struct TraceFilter: Hashable, Sendable {
    public var fromNs: Int64?
    public var toNs: Int64?
    /// `inventory/17`: what touches it, and all else about key 17; `17`: all about that key.
    public var entity: String?
    /// Numbers within a source.
    public var message: Int64?
    /// `reserve#3`, or `reserve`: all of that handler.
    public var worker: String?

    public init() {}

    public func passes(_ entry: TraceEntry, _ names: SiteNames) -> Bool {
        if let fromNs, entry.timeNs < fromNs { return false }
        if let toNs, entry.timeNs > toNs { return false }
        if let message, SiteNames.short(entry.message) != message || entry.message < 0 {
            return false
        }
        if let entity, !isAbout(entity, entry, names) { return false }
        if let worker {
            guard entry.actor >= 0, entry.unit >= 0 else { return false }
            let unit = names.unit(entry.unit)
            return worker == unit || worker == "\(unit)#\(entry.actor)"
        }
        return true
    }

    private func isAbout(_ entity: String, _ entry: TraceEntry, _ names: SiteNames) -> Bool {
        let parts = entity.split(separator: "/")
        let isKeys = entry.message >= 0 && parts.last.flatMap { Int32($0) } == entry.key
        guard let footprint = entry.footprint else { return isKeys }
        let object = names.object(footprint)
        return object == entity || (isKeys && (parts.count == 1 || footprint.kind != .entity))
    }
}
