private let units: [(name: String, bytes: UInt64)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("kB", 1000),
    ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ("", 1),
]

extension ValueParser where Value == Int {
    /// Bytes: `1MiB`, `64KiB` (powers of 1024), `10MB` (powers of 1000), `4096`, `1.5GiB`.
    public static var size: ValueParser {
        ValueParser("size", accepted: "write bytes as 4096, 64KiB, 1MiB, 1GiB or 10MB") { text in
            let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let count = ExactDecimal(number) else { return .other }
            let name = text.dropFirst(number.count)
            guard let unit = units.first(where: { $0.name == name }) else {
                return .refused("has the unknown unit \(quoted(name))")
            }
            guard let bytes = count.times(unit.bytes).flatMap(Int.init(exactly:)) else {
                return .refused("is no whole number of bytes, or too large")
            }
            return .value(bytes)
        }
    }
}
