import Configuration
import Perturbation
import Records

extension TestRandom {
    /// Any plan: all orders and faults, every kind of condition.
    mutating func plan() -> Plan {
        let fewest = within(1...12)
        let wide = chance(1, in: 4)
        return Plan(
            seed: pick(["shadow-seed", "", "a\"b\\c\n#:\u{2028}é\u{1F648}\u{0}", "\(below(1000))"]),
            window: WindowShape(
                records: fewest...(fewest + below(wide ? 40 : 12)),
                bytes: chance(1, in: 3) ? within(20...400) : 1 << 20),
            rules: (0..<below(7)).map { index in
                Rule(
                    name: chance(1, in: 5) ? "rule \(index) \"é\"" : "r\(index)",
                    condition: chance(1, in: 2) ? condition() : Condition(), action: action())
            })
    }

    mutating func probability() -> Ratio {
        pick(
            [.zero, .one]
                + [(1, 50), (1, 3), (1, 2), (9, 10), (4_294_967_290, 4_294_967_291)]
                .compactMap { Ratio($0.0, $0.1) })
    }

    mutating func action() -> Rule.Action {
        switch below(8) {
        case 0, 1, 2: .order(order())
        case 3: .drop(probability())
        case 4, 5:
            .duplicate(
                probability(), copies: pick([1...1, 1...3, 2...2]),
                placement: pick(Rule.Placement.allCases))
        case 6: .delay(probability(), distribution())
        default: .corrupt(probability(), pick(Rule.CorruptionKind.allCases))
        }
    }

    mutating func order() -> Order {
        switch below(6) {
        case 0: .none
        case 1: .shuffle
        case 2: .perKey
        case 3: .displacement(below(6))
        case 4: .byDelay(distribution(), spacing: .microseconds(below(3000)))
        default: .byDelay(distribution(), spacing: nil)
        }
    }

    mutating func distribution() -> DurationDistribution {
        switch below(6) {
        case 0: .constant(us: Int64(pick([0, 1500, 86_400_000_000_000])))
        case 1: .uniform(lowUs: 100, highUs: 100 + Int64(below(5000)))
        case 2: .exponential(meanUs: Int64(pick([0, 1, 2000, 20_000, 5_000_000_000_000])))
        case 3:
            .lognormal(
                meanUs: Int64(pick([0, 1, 20_000])), c2: Ratio(below(5), within(1...3)) ?? .one)
        case 4: .uniform(lowUs: 0, highUs: 1 << 33)
        default: .empirical(us: (0..<within(1...5)).map { _ in Int64(below(9000)) }.sorted())
        }
    }

    mutating func condition() -> Condition {
        var condition = Condition()
        for _ in 0..<within(1...2) {
            switch below(10) {
            case 0: condition.topics = [Glob(pick(["orders", "o*s", "pay?ents", "*"])), Glob("x")]
            case 1: condition.partitions = 0...within(0...4)
            case 2:
                condition.key = pick([.null, .glob(Glob("k*")), .glob(Glob("?1")), .glob(Glob(""))])
            case 3:
                condition.header = .init(
                    name: pick(["a", "é"]), value: pick([nil, Glob("1*"), Glob("\\*")]))
            case 4, 5, 6: condition.value = valuePattern()
            case 7: condition.offsets = 3...Offset(within(3...80))
            case 8:
                let modulus = within(1...5)
                condition.every = .init(Int64(modulus), remainder: Int64(below(modulus)))
            default: condition.share = probability()
            }
        }
        return condition
    }

    private mutating func valuePattern() -> Condition.ValuePattern {
        let path = pick(["$", "$.a", "$.list[0]", "$.list[-1]['x y']", "$['é'].b", "$.list[7]"])
        let tests: [Condition.ValuePattern.Test] = [
            .present, .equals(.number("5")), .equals(.number("-0.50e1")), .equals(.string("5")),
            .equals(.null), .equals(.bool(true)), .glob(Glob("5*")), .glob(Glob("?")),
        ]
        return .init(path: JSONPath(path) ?? JSONPath("$")!, test: pick(tests))
    }
}
