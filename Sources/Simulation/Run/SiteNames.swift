/// What the numbers in traces and choices stand for.
public struct SiteNames: Sendable {
    private let units: [String]
    private let sites: [String]
    private let tables: [Footprint.Kind: [String]]
    private let effects: [String]

    public init(_ topology: Topology, _ strategy: Strategy) {
        self.init(Program(topology, strategy: strategy, seed: topology.seed))
    }

    init(_ program: Program) {
        let topology = program.topology
        units = program.units.map(\.name)
        sites = program.sites
        effects = program.effects
        tables = [
            .entity: topology.stores.map(\.name), .lock: program.locks,
            .queue: topology.queues.map(\.name), .inbox: program.inboxes,
            .service: topology.services.map(\.name),
        ]
    }

    /// A handler's or service's name.
    public func unit(_ index: Int32) -> String {
        units.indices.contains(Int(index)) ? units[Int(index)] : "\(index)"
    }

    /// Handlers and services.
    public var unitNames: [String] { units }

    /// What is there once for each key: stores and locks.
    public var keyedNames: [String] { (tables[.entity] ?? []) + (tables[.lock] ?? []) }

    /// What is there once: queues, inboxes, services and effects.
    public var wholeNames: [String] {
        [Footprint.Kind.queue, .inbox, .service].flatMap { tables[$0] ?? [] } + effects
    }

    /// Whether a source made a message, not a handler.
    public static func isOfSource(_ message: Int64) -> Bool { message >= 0 && message >> 62 == 0 }

    /// A step: `reserve/store`.
    public func site(_ index: Int32) -> String {
        sites.indices.contains(Int(index)) ? sites[Int(index)] : "\(index)"
    }

    /// A message's number within its source.
    public static func short(_ message: Int64) -> Int64 { message & 0xFF_FFFF_FFFF }

    /// `attempt 2`; of a message that came once more `again`, or `again, attempt 2`; nil: the first.
    public static func attempt(_ number: Int32) -> String? {
        let again = number >= Message.copies
        let count = (again ? number - Message.copies : number) + 1
        switch (again, count) {
        case (false, 1): return nil
        case (true, 1): return "again"
        default: return (again ? "again, " : "") + "attempt \(count)"
        }
    }

    /// Where a choice is put: `reserve/fail`, `reserve`, `faults[0]`.
    public func site(of choice: Choice) -> String {
        switch choice.kind {
        case .message, .worker: unit(choice.site)
        case .fault: site(choice.site)
        case .victim: "faults[\(choice.site)]"
        }
    }

    /// The site of that name, for a kind of choice; nil: there is none.
    func site(named name: String, _ kind: Choice.Kind, faults: Int) -> Int32? {
        let names =
            switch kind {
            case .message, .worker: units
            case .fault: sites
            case .victim: (0..<faults).map { "faults[\($0)]" }
            }
        return names.firstIndex(of: name).map { Int32($0) }
    }

    /// `inventory/17`
    public func object(_ footprint: Footprint) -> String {
        let index = Int(footprint.table)
        if footprint.kind == .service && index >= 0x4000 {
            let place = index - 0x4000
            return effects.indices.contains(place) ? effects[place] : "effect \(place)"
        }
        let names = tables[footprint.kind] ?? []
        let name = names.indices.contains(index) ? names[index] : "\(footprint.kind) \(index)"
        switch footprint.kind {
        case .entity, .lock: return "\(name)/\(footprint.entity)"
        case .queue, .inbox, .service: return name
        }
    }
}
