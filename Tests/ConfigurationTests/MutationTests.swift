import Testing

@testable import Configuration

/// SplitMix64: the same mutations on any machine.
private struct Draws {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(bound, 1)))
    }
}

private let seeds: [[UInt8]] = [
    """
    # the default
    seed: shadow-seed
    window: {records: 5..50, bytes: 1MiB, maxWait: 1s}
    rules:
      - name: "lossy"
        where: {topic: [orders, 'o.*'], offset: 5..10}
        drop: 2%
      - delay: lognormal(20ms, 0.5)
      - delay: [1ms, 2ms]
    """,
    "a: &x {b: [1, *x2, &x2 'c']}\nc: *x\n? [k]\n: |+\n  text\n\n  more\n<<: *x\n",
    "%YAML 1.1\n--- !!map\n\"a\\u263a\\n\": >-\n  fold\n  ed\n...\n---\nb\n",
    "{\"a\":[1,2,{\"b\":null,\"c\":\"\\\"\"}],\"grün\":\"好😀\"}",
].map { Array($0.utf8) }

private let tokens: [[UInt8]] =
    [
        "&x ", "*x", "<<: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "\"", "'", "|\n", ">", "\t",
        "\n",
        "---\n", "...\n", "%", "!!", "#", "\u{FEFF}", "\u{2028}", "\\", "~", "\r\n", "\0", "2 %%",
    ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80]]

private func mutated(_ draws: inout Draws) -> [UInt8] {
    var bytes = seeds[draws.next(seeds.count)]
    for _ in 0...draws.next(8) {
        let place = draws.next(bytes.count + 1)
        let end = min(bytes.count, place + draws.next(12))
        switch draws.next(6) {
        case 0: bytes.insert(contentsOf: tokens[draws.next(tokens.count)], at: place)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: draws.next(bytes.count + 1))
        case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8(draws.next(8))
        case 4: bytes.removeSubrange(end...)
        default:
            let other = seeds[draws.next(seeds.count)]
            bytes.insert(contentsOf: other[draws.next(other.count)...], at: place)
        }
    }
    return bytes
}

/// Asks every node for every kind of value, so that every parser meets the text.
private func askForAll(_ element: Element) -> Int? {
    switch element.node.content {
    case .sequence: return element.sequence(askForAll)?.reduce(1, +)
    case .mapping: return element.entries { askForAll($1) }?.reduce(1, +)
    case .scalar(let text, _):
        _ = ValueParser.duration.parse(text)
        _ = ValueParser.size.parse(text)
        _ = ValueParser.rate.parse(text)
        _ = ValueParser.probability.parse(text)
        _ = ValueParser.integerRange.parse(text)
        _ = element.value(as: .durationDistribution)
        return 1
    }
}

@Suite struct MutationTests {
    @Test(arguments: 0..<8) func `any bytes are read or refused with places`(seed: Int) {
        var draws = Draws(state: UInt64(seed))
        var read = 0
        for _ in 0..<2000 {
            let bytes = mutated(&draws)
            do {
                _ = try YAML.tree(bytes, file: "f")
                read += 1
            } catch {
                // libyaml breaks lines at more characters than \n; none is shorter than a byte.
                #expect(!error.problems.isEmpty)
                let places = error.problems.compactMap(\.place)
                #expect(places.count == error.problems.count)
                #expect(places == places.sorted())
                #expect(
                    places.allSatisfy {
                        (1...bytes.count + 1).contains($0.line)
                            && (1...bytes.count + 2).contains($0.column)
                    })
                #expect(!error.description.contains("not YAML: it cannot be read"))
            }
            _ = try? YAML.read(bytes, file: "f", askForAll)
        }
        // Mutations that are all refused at once, or never, would test little.
        #expect((100..<1900).contains(read))
    }
}
