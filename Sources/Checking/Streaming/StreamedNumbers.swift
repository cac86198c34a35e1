/// Numbers that must not fall: of each key the greatest so far and its place.
struct StreamedNumbers {
    /// A number that is less than one before it.
    struct Fall {
        let key: Int32
        let before: ExactNumber
        let value: ExactNumber
        let places: [Int]
    }

    private var highest: [(value: ExactNumber, place: Int)?] = []
    private(set) var entities = 0

    /// - Parameter selector: finds the numbers.
    mutating func take(
        _ piece: StreamedJudge.Piece, _ selector: Selector, _ programs: JQPrograms,
        note: (Fall) -> Void
    ) throws(CheckingError) {
        // Texts of numbers are needed no longer than the piece.
        var columns = Columns(programs: programs)
        let numbers = try columns.column(selector, of: piece.records)
        for (index, key) in piece.keys.enumerated() where key >= 0 && numbers[index] >= 0 {
            let value = try columns.decimal(of: numbers[index], piece.name(selector, index))
            let (number, place) = (Int(key), piece.first + index)
            while highest.count <= number { highest.append(nil) }
            guard let before = highest[number] else {
                highest[number] = (value, place)
                entities += 1
                continue
            }
            if value >= before.value {
                highest[number] = (value, place)
            } else {
                note(
                    Fall(
                        key: key, before: before.value, value: value,
                        places: [before.place, place]))
            }
        }
    }
}
