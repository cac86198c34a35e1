/// An entity of a store, by their numbers.
struct EntityPlace: Hashable {
    let table: Int32
    let entity: Int32
}

extension TraceEntry {
    /// The entity that it touched, if it touched one.
    var entity: EntityPlace? {
        guard let footprint, footprint.kind == .entity else { return nil }
        return EntityPlace(table: footprint.table, entity: footprint.entity)
    }
}
