/// Keys that may be there once: of each its first place and how often it was there.
struct StreamedKeys {
    private var first: [Int] = []
    private var counts: [Int] = []
    /// Keys that came again, with the second place, in the order of those.
    private var again: [(key: Int32, second: Int)] = []
    private(set) var entities = 0

    mutating func take(_ piece: StreamedJudge.Piece) {
        for (index, key) in piece.keys.enumerated() where key >= 0 {
            let number = Int(key)
            while first.count <= number {
                first.append(-1)
                counts.append(0)
            }
            counts[number] += 1
            if counts[number] == 1 {
                first[number] = piece.first + index
                entities += 1
            } else if counts[number] == 2 {
                again.append((key, piece.first + index))
            }
        }
    }

    var repeated: [(key: Int32, first: Int, second: Int, count: Int)] {
        again.map { ($0.key, first[Int($0.key)], $0.second, counts[Int($0.key)]) }
    }
}
