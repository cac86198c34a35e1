/// The versions of one object, and who reads them.
struct VersionOrder {
    /// Events that wrote, by rising version; those of unfinished and aborted transactions too.
    let writes: [Int]
    /// Events that read.
    let reads: [Int]
    /// Of `writes` those that count: the last one of each committed transaction. Adya's version order.
    let installed: [Int]

    init(writes: [Int], reads: [Int], in history: History) {
        let sorted = writes.sorted {
            (history.events[$0].version, $0) < (history.events[$1].version, $1)
        }
        var seen = Set<Int>()
        var last: [Int] = []
        for write in sorted.reversed() {
            let writer = history.events[write].transaction
            if seen.insert(writer).inserted && history.isCommitted(writer) { last.append(write) }
        }
        self.writes = sorted
        self.reads = reads
        installed = last.reversed()
    }

    /// The orders of all objects, by the number of the object.
    ///
    /// - Complexity: O(n log n)
    static func all(_ history: History) -> [VersionOrder] {
        var places: [Int: Int] = [:]
        var writes: [[Int]] = []
        var reads: [[Int]] = []
        for (index, event) in history.events.enumerated() {
            guard event.kind == .read || event.kind == .write else { continue }
            let place = places[event.object] ?? writes.count
            if place == writes.count {
                places[event.object] = place
                writes.append([])
                reads.append([])
            }
            if event.kind == .read {
                reads[place].append(index)
            } else {
                writes[place].append(index)
            }
        }
        return places.sorted { $0.key < $1.key }.map {
            VersionOrder(writes: writes[$0.value], reads: reads[$0.value], in: history)
        }
    }

    /// The write that made a version.
    func write(of version: Int64, in history: History) -> Int? {
        let place = Self.place(of: version, in: writes, history)
        guard place < writes.count, history.events[writes[place]].version == version else {
            return nil
        }
        return writes[place]
    }

    /// Where in `installed` the first version behind this one stands.
    func next(after version: Int64, in history: History) -> Int {
        Self.place(of: version + 1, in: installed, history)
    }

    /// Where in `writes` the first version behind this one stands.
    func place(behind version: Int64, in history: History) -> Int {
        Self.place(of: version + 1, in: writes, history)
    }

    /// The first place whose version is not below this one.
    private static func place(of version: Int64, in list: [Int], _ history: History) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if history.events[list[middle]].version < version {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
