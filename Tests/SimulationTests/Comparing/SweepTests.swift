import Configuration
import Testing

@testable import Simulation

@Suite struct SweepTests {
    @Test(arguments: [
        ("a.b=1,2,4", ["1", "2", "4"]),
        ("a=uniform(1ms..5ms),10ms", ["uniform(1ms..5ms)", "10ms"]),
        ("a=zipf(1000, 1.2), zipf(10, 0.8)", ["zipf(1000, 1.2)", "zipf(10, 0.8)"]),
        ("a=[{inline: 1}, deadLetter],[discard]", ["[{inline: 1}, deadLetter]", "[discard]"]),
        ("a=\"x,y\",z", ["\"x,y\"", "z"]),
    ])
    func `values are parted by commas outside of brackets and quotes`(
        text: String, values: [String]
    ) throws {
        #expect(try Sweep(text).values == values)
    }

    @Test(arguments: [
        ("a.b", "a.b names no values; write a.b=1,2,4"),
        ("a=1,,2", "a value of a is empty; write a=1,2,4"),
        ("a=1,2,1", "1 stands there twice; write each value once"),
        (
            ".a=1",
            "\".a\" is no path; write handlers.reserve.workers, or handlers.reserve.steps[0].think"
        ),
        ("a=[1", "\"[1\" is no value; write 4, 50/s, 20ms or [a, b]"),
    ])
    func `what is no sweep is refused`(text: String, problem: String) {
        let error = #expect(throws: ValueError.self) { try Sweep(text) }
        #expect(error.map { "\($0)" } == problem)
    }

    @Test(arguments: [
        ("a=1,2,8", [1, 2, 8], "number", false), ("a=100ms,2s", [0.1, 2], "seconds", true),
        ("a=6/m,1/s", [0.1, 1], "perSecond", false), ("a=1%,2.5%", [1, 2.5], "percent", false),
        ("a=uniform(8),uniform(1000)", [8, 1000], "number", true),
        ("a=\"hot(1 of 9, 5%)\",\"hot(1 of 9, 50%)\"", [5, 50], "percent", false),
        ("a=zipf(10, 0.8),zipf(10, 1.2)", [0.8, 1.2], "number", false),
    ])
    func `numbers of one kind make an axis`(
        text: String, positions: [Double], unit: String, isLogarithmic: Bool
    ) throws {
        let axis = try #require(try Sweep(text).axis)
        #expect(axis.positions == positions)
        #expect("\(axis.unit)" == unit)
        #expect(axis.isLogarithmic == isLogarithmic)
    }

    @Test(arguments: ["a=none,key", "a=4,2", "a=1s,3", "a=uniform(8),zipf(8, 1)"])
    func `words, other kinds and falling numbers make none`(text: String) throws {
        #expect(try Sweep(text).axis == nil)
    }
}
