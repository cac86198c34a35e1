/// Which records of the input are of one entity, as far as invariants that hold a trial against a baseline are concerned.
extension Examiner {
    /// Of each such invariant the entities of the input's records, as numbers; -1: a record is of none. Where it finds one
    /// in no record, all are of one.
    ///
    /// - Throws: a jq expression's error on a record.
    /// - Complexity: O(records) for each invariant
    public func comparedEntities(
        ofInput records: ObservedRecords
    ) throws(CheckingError) -> [[Int32]] {
        var entities: [[Int32]] = []
        for invariant in plan.invariants where invariant.comparesWithBaseline {
            var columns = Columns(programs: programs)
            let column = try columns.column(invariant.input, of: records)
            let findsNone = column.allSatisfy { $0 < 0 }
            entities.append(findsNone ? column.map { _ in 0 } : column)
        }
        return entities
    }
}
