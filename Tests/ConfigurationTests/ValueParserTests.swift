import Testing

@testable import Configuration

/// What a parser says to a text: the value printed, or the problem without what is accepted.
private func answer<Value>(_ parser: ValueParser<Value>, _ text: String) -> String {
    switch parser.parse(text) {
    case .success(let value): "\(value)"
    case .failure(let error): error.found
    }
}

@Suite struct ValueParserTests {
    @Test(arguments: [
        ("0", 0), ("250ms", 250_000_000), ("2s", 2_000_000_000), ("1.5s", 1_500_000_000),
        ("1m30s", 90_000_000_000), ("1h", 3_600_000_000_000), ("100us", 100_000),
        ("100µs", 100_000), ("10ns", 10), ("1h2m3s4ms5us6ns", 3_723_004_005_006),
        ("0.000000001s", 1), ("0s", 0), ("9223372036854775807ns", .max), ("1.50ms", 1_500_000),
        ("2562047h", 9_223_369_200_000_000_000),
    ])
    func `reads durations to the nanosecond`(text: String, nanoseconds: Int64) throws {
        #expect(try ValueParser.duration.parse(text).get() == .nanoseconds(nanoseconds))
    }

    @Test(arguments: [
        ("", "\"\" is no duration"), ("5", "\"5\" has no unit"),
        ("s", "\"s\" is no duration"), ("-5s", "\"-5s\" is no duration"),
        ("5 s", "\"5 s\" has no unit"), ("5sec", "\"5sec\" has the unknown unit \"sec\""),
        ("1s1m", "\"1s1m\" has its units out of order"),
        ("1s1s", "\"1s1s\" has its units out of order"),
        ("1.5ns", "\"1.5ns\" is no whole number of nanoseconds, or longer than 292 years"),
        ("1e3s", "\"1e3s\" has the unknown unit \"e\""),
        (".5s", "\".5s\" is no duration"), ("5.s", "\"5.s\" is no duration"),
        ("1.2.3s", "\"1.2.3s\" is no duration"), ("٣s", "\"٣s\" is no duration"),
        ("9223372036854775808ns", "\"9223372036854775808ns\" is longer than 292 years"),
        ("2562048h", "\"2562048h\" is longer than 292 years"), ("1s ", "\"1s \" is no duration"),
        ("5S", "\"5S\" has the unknown unit \"S\""),
    ])
    func `refuses what is no duration`(text: String, expected: String) {
        #expect(answer(.duration, text) == expected)
    }

    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("4096B", 4096), ("64KiB", 65536), ("1MiB", 1 << 20),
        ("1GiB", 1 << 30), ("2TiB", 2 << 40), ("10MB", 10_000_000), ("1kB", 1000), ("3KB", 3000),
        ("1.5MiB", 3 << 19), ("0.5KiB", 512), ("1GB", 1_000_000_000),
    ])
    func `reads sizes`(text: String, bytes: Int) throws {
        #expect(try ValueParser.size.parse(text).get() == bytes)
    }

    @Test(arguments: [
        ("", "\"\" is no size"), ("MiB", "\"MiB\" is no size"), ("-1", "\"-1\" is no size"),
        ("64k", "\"64k\" has the unknown unit \"k\""),
        ("1mib", "\"1mib\" has the unknown unit \"mib\""),
        ("1 MiB", "\"1 MiB\" has the unknown unit \" MiB\""),
        ("0.3B", "\"0.3B\" is no whole number of bytes, or too large"),
        ("8388608TiB", "\"8388608TiB\" is no whole number of bytes, or too large"),
    ])
    func `refuses what is no size`(text: String, expected: String) {
        #expect(answer(.size, text) == expected)
    }

    @Test(arguments: [
        ("2%", 1, 50), ("0.02", 1, 50), ("1/50", 1, 50), ("2/100", 1, 50), ("0.5%", 1, 200),
        ("0", 0, 1), ("0%", 0, 1), ("1", 1, 1), ("100%", 1, 1), ("0.0000001", 1, 10_000_000),
        ("33.3%", 333, 1000), ("4294967294/4294967295", 4_294_967_294, 4_294_967_295),
        ("0/7", 0, 1), ("1.000", 1, 1), ("0.000000000000000000", 0, 1),
    ])
    func `reads probabilities exactly`(text: String, above: UInt32, below: UInt32) throws {
        let ratio = try ValueParser.probability.parse(text).get()
        #expect((ratio.numerator, ratio.denominator) == (above, below))
    }

    @Test(arguments: [
        ("", "\"\" is no probability"), ("2 %%", "\"2 %%\" is no probability"),
        ("2 %", "\"2 %\" is no probability"), ("%", "\"%\" is no probability"),
        ("-1%", "\"-1%\" is no probability"), ("often", "\"often\" is no probability"),
        ("2", "\"2\" is more than 1"), ("101%", "\"101%\" is more than 1"),
        ("3/2", "\"3/2\" is more than 1"), ("1/0", "\"1/0\" divides by 0"),
        ("1/2/3", "\"1/2/3\" is no probability"), ("1/2%", "\"1/2%\" is no probability"),
        (
            "0.12345678901",
            "\"0.12345678901\" has more digits than can be kept exactly (terms below 2^32)"
        ),
        (
            "1/4294967296",
            "\"1/4294967296\" has more digits than can be kept exactly (terms below 2^32)"
        ),
    ])
    func `refuses what is no probability`(text: String, expected: String) {
        #expect(answer(.probability, text) == expected)
    }

    @Test(arguments: [
        ("500/s", 500, 1), ("10/ms", 10_000, 1), ("6000/m", 100, 1), ("0.5/s", 1, 2),
        ("1/h", 1, 3600), ("1/us", 1_000_000, 1), ("3/10s", 3, 10), ("1.25/m", 1, 48),
    ])
    func `reads rates exactly`(text: String, events: UInt64, seconds: UInt64) throws {
        let rate = try ValueParser.rate.parse(text).get()
        #expect((rate.events, rate.seconds) == (events, seconds))
        #expect(try ValueParser.rate.parse(rate.description).get() == rate)
    }

    @Test(arguments: [
        ("", "\"\" is no rate"), ("500", "\"500\" is no rate"),
        ("500/", "\"500/\" has no known unit of time"),
        ("500/d", "\"500/d\" has no known unit of time"), ("0/s", "\"0/s\" is not more than 0"),
        ("1/0s", "\"1/0s\" is not more than 0"), ("/s", "\"/s\" is no rate"),
        ("-5/s", "\"-5/s\" is no rate"), ("5/s/s", "\"5/s/s\" is no rate"),
        (
            "99999999999999999/us",
            "\"99999999999999999/us\" has more digits than can be kept exactly"
        ),
    ])
    func `refuses what is no rate`(text: String, expected: String) {
        #expect(answer(.rate, text) == expected)
    }

    @Test func `a pace does not drift`() throws {
        let rate = try ValueParser.rate.parse("3/s").get()
        #expect(rate.due(0) == .zero)
        #expect(rate.due(1) == .nanoseconds(333_333_333))
        #expect(rate.due(3_000_000_000) == .seconds(1_000_000_000))
        #expect(rate.due(.max) == .seconds(UInt64.max / 3))
    }

    @Test(arguments: [
        ("5..50", "5...50"), ("20", "20...20"), ("-5..5", "-5...5"), ("-3", "-3...-3"),
        ("", "\"\" is no range"), ("5..", "\"5..\" is no range"), ("..5", "\"..5\" is no range"),
        ("5...50", "\"5...50\" is no range"), ("5-50", "\"5-50\" is no range"),
        ("50..5", "\"50..5\" ends before it begins"), ("1..2..3", "\"1..2..3\" is no range"),
        ("1..99999999999999999999", "\"1..99999999999999999999\" does not fit into 64 bits"),
    ])
    func `reads ranges of whole numbers`(text: String, expected: String) {
        #expect(answer(.integerRange, text) == expected)
    }

    @Test(arguments: [
        ("5", "5"), ("-5", "-5"), ("007", "7"), ("-9223372036854775808", "-9223372036854775808"),
        ("", "\"\" is no whole number"), ("-", "\"-\" is no whole number"),
        ("+5", "\"+5\" is no whole number"), ("5.0", "\"5.0\" is no whole number"),
        ("0x10", "\"0x10\" is no whole number"), ("1_000", "\"1_000\" is no whole number"),
        ("9223372036854775808", "\"9223372036854775808\" does not fit into 64 bits"),
    ])
    func `reads whole numbers`(text: String, expected: String) {
        #expect(answer(.integer, text) == expected)
    }

    @Test(arguments: [
        (ValueParser.integer.within(1...5), "6", "\"6\" is not within 1..5; write one within 1..5"),
        (.integer.within(1...5), "x", "\"x\" is no whole number; write one within 1..5"),
        (.integer.atLeast(1), "0", "\"0\" is less than 1; write 1 or more"),
        (.size.atLeast(1024), "1kB", "\"1kB\" is less than 1024; write 1024 or more"),
        (
            .integer.refusing(accepted: "write an even number") {
                $0 % 2 == 0 ? nil : "is odd"
            }, "3", "\"3\" is odd; write an even number"
        ),
        (
            ValueParser<Duration>.duration.within(.milliseconds(1) ... .seconds(3600)).map {
                Int($0.components.seconds)
            },
            "2h", "\"2h\" is not within 1ms..1h; write one within 1ms..1h"
        ),
    ])
    func `a parser with limits says them`(parser: ValueParser<Int>, text: String, expected: String)
    {
        #expect(throws: ValueError.self) { try parser.parse(text).get() }
        #expect(parser.parse(text).failure?.description == expected)
    }

    @Test func `a parser with limits lets pass what is within`() throws {
        #expect(try ValueParser.integer.within(1...5).parse("5").get() == 5)
        #expect(try ValueParser.integer.atLeast(1).parse("1").get() == 1)
        #expect(try ValueParser.duration.map(\.spelled).parse("60s").get() == "1m")
    }

    @Test(arguments: [
        ("true", "true"), ("yes", "true"), ("on", "true"), ("false", "false"), ("no", "false"),
        ("off", "false"), ("True", "\"True\" is no truth value"),
        ("", "\"\" is no truth value"), ("1", "\"1\" is no truth value"),
    ])
    func `reads truth values`(text: String, expected: String) {
        #expect(answer(.boolean, text) == expected)
    }

    @Test(
        arguments: [
            ("5ms", .constant(us: 5000)), ("0", .constant(us: 0)),
            ("constant(5ms)", .constant(us: 5000)),
            ("uniform(1ms..5ms)", .uniform(lowUs: 1000, highUs: 5000)),
            ("uniform( 0 .. 1s )", .uniform(lowUs: 0, highUs: 1_000_000)),
            ("uniform(3us)", .uniform(lowUs: 3, highUs: 3)),
            ("exponential(20ms)", .exponential(meanUs: 20000)),
            ("lognormal(20ms, 0.5)", .lognormal(meanUs: 20000, c2: Ratio(1, 2)!)),
            ("lognormal(1s,4)", .lognormal(meanUs: 1_000_000, c2: Ratio(4, 1)!)),
            ("empirical(9ms, 1ms,1ms)", .empirical(us: [1000, 1000, 9000])),
        ] as [(String, DurationDistribution)])
    func `reads distributions of durations`(text: String, expected: DurationDistribution) throws {
        let value = try ValueParser.durationDistribution.parse(text).get()
        #expect(value == expected)
        #expect(try ValueParser.durationDistribution.parse(value.description).get() == expected)
    }

    @Test(arguments: [
        ("", "\"\" is no distribution of durations"),
        ("5", "\"5\" has no unit"), ("5ns", "\"5ns\" is finer than a microsecond"),
        ("exponential", "\"exponential\" has no values (did you mean `exponential(…)`?)"),
        (
            "exponential(5)", "\"exponential(5)\" has a bad time: \"5\" has no unit"
        ),
        (
            "exponental(5ms)",
            "\"exponental(5ms)\" names no known distribution (did you mean `exponential`?)"
        ),
        ("pareto(5ms)", "\"pareto(5ms)\" names no known distribution"),
        ("uniform(1ms..5ms", "\"uniform(1ms..5ms\" does not end with )"),
        ("uniform(5ms..1ms)", "\"uniform(5ms..1ms)\" has a range that ends before it begins"),
        ("uniform(1..2..3)", "\"uniform(1..2..3)\" has no range 1ms..5ms"),
        (
            "uniform(1ms,5ms)",
            "\"uniform(1ms,5ms)\" has 2 values, another number than uniform takes"
        ),
        (
            "lognormal(5ms)",
            "\"lognormal(5ms)\" has 1 values, another number than lognormal takes"
        ),
        (
            "lognormal(5ms, x)",
            "\"lognormal(5ms, x)\" has a bad coefficient: \"x\" is no ratio"
        ),
        ("empirical()", "\"empirical()\" has a bad time: \"\" is no duration"),
        ("uniform()", "\"uniform()\" has a bad time: \"\" is no duration"),
    ])
    func `refuses what is no distribution`(text: String, expected: String) {
        #expect(answer(.durationDistribution, text) == expected)
    }

    @Test(arguments: [
        (0, "0"), (1, "1ns"), (1_500_000_000, "1s500ms"), (90_000_000_000, "1m30s"),
        (3_600_000_000_000, "1h"), (250_000_000, "250ms"),
    ])
    func `spells durations so that they read back`(nanoseconds: Int64, text: String) throws {
        #expect(Duration.nanoseconds(nanoseconds).spelled == text)
        #expect(try ValueParser.duration.parse(text).get() == .nanoseconds(nanoseconds))
    }

    @Test func `spells ratios so that they read back`() throws {
        let spellings = [(1, 50), (1, 3), (0, 1), (1, 1), (5, 2), (1, 4_000_000_000)].map {
            Ratio($0.0, $0.1)!.description
        }
        #expect(spellings == ["0.02", "1/3", "0", "1", "2.5", "1/4000000000"])
        for spelling in spellings {
            #expect(try ValueParser.ratio.parse(spelling).get().description == spelling)
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
