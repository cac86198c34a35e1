import Perturbation
import Records

extension TestRandom {
    /// A partition's records: offsets with gaps, keys that repeat, values of which some are JSON.
    mutating func log(of source: TopicPartition, records: ClosedRange<Int>) -> [Record] {
        var offset = Offset(pick([0, 1, 7, 1200, -9, 1 << 40]))
        return (0..<within(records)).map { _ in
            defer { offset += chance(1, in: 6) ? Offset(within(2...9)) : 1 }
            return record(of: source, at: offset)
        }
    }

    mutating func record(of source: TopicPartition, at offset: Offset) -> Record {
        let key = chance(1, in: 6) ? nil : pick(["", "k1", "k2", "k3", "j1", "long-key-of-17-b"])
        return Record(
            source: source, offset: offset,
            timestamp: chance(1, in: 8)
                ? .none
                : .create(pick([0, -1, .max, .min, 1_700_000_000_000 + Int64(below(50))])),
            key: key.map { Array($0.utf8) }, value: value(),
            headers: (0..<below(3)).map { _ in
                Header(pick(["a", "é", ""]), pick([nil, "", "1", "12", "*"]))
            })
    }

    mutating func value() -> [UInt8]? {
        switch below(6) {
        case 0: nil
        case 1: []
        case 2: bytes(1...40)
        default:
            Array(
                pick([
                    #"{"a":5,"list":["5",{"x y":null}]}"#,
                    #"{"a":5.0,"é":{"b":"5x"},"list":[true]}"#,
                    #"{"a":-5,"list":[-5.00,{"x y":50e-1}]}"#, #"{"a":"5","a":5}"#, " 5e0 ", "05",
                    #""5\n""#, #"{"\u00e9":{"b":true},"list":[5,{"x y":"\ud83d\ude48"}]}"#, "[",
                    #"{"e\u0301":{"b":5}}"#, #"["\ud800"]"#, "-0", "null", "[5]", "5e0000000001",
                    "500000000000000000000e-20", #"{"list":[]}"#, "\u{FEFF}5",
                ]).utf8)
        }
    }
}
