import Foundation
import Perturbation
import Records

/// CPU time of the perturbation engine alone, with the default plan on records of 100 bytes.
///
/// ```
/// perturbation-bench [records] [rounds] [pass]
/// perturbation-bench digest      the digest of fixed windows, the same everywhere
/// ```
@main
struct PerturbationBench {
    static func main() throws {
        if CommandLine.arguments.dropFirst() == ["digest"] {
            print(try LineDigest.compute())
            return
        }
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let records = arguments.first ?? 1_000_000
        let rounds = arguments.dropFirst().first ?? 7

        var times: [String: [Double]] = [:]
        var bytes = 0
        // A third argument times one pass alone, for a profiler.
        let passes = Pass.allCases.filter { pass in
            CommandLine.arguments.dropFirst(3).allSatisfy { $0 == pass.rawValue }
        }
        // Alternating, so that a slow spell of the machine hits all alike.
        for _ in 0..<rounds {
            for pass in passes {
                let start = processSeconds()
                bytes = max(bytes, try pass.run(.standard, records: records))
                times[pass.rawValue, default: []].append(processSeconds() - start)
            }
        }
        for pass in passes {
            report(pass.rawValue, times[pass.rawValue] ?? [], of: records, unit: "record")
        }
        print("lines are \(bytes / records) bytes a record")
        if passes.count < Pass.allCases.count { return }
        try ParserBench.run(rounds: rounds)
        try MaskBench.run(records: min(records, 200_000), rounds: rounds)
    }

    static func report(_ name: String, _ seconds: [Double], of count: Int, unit: String) {
        let sorted = seconds.sorted().map { $0 * 1e9 / Double(count) }
        let median = sorted[sorted.count / 2]
        print(
            "\(name): \(String(format: "%.1f", median)) ns a \(unit) "
                + "(\(String(format: "%.1f to %.1f", sorted[0], sorted[sorted.count - 1])))")
    }

    static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Reading the lines that the default plan writes, and applying them.
enum ParserBench {
    static func run(rounds: Int) throws {
        let source = Workload.source
        var perturber = Perturber(plan: .standard, source: source)
        let encoder = DecisionEncoder(source: source, ruleNames: Plan.standard.ruleNames)
        var text = TextBuffer()
        var outcome = Outcome()
        let workload = Workload()
        for start in stride(from: Offset(0), to: 400_000, by: 30) {
            var block = RecordBlock(source: source, reservingBytes: 8192)
            for offset in start..<start + 30 { try workload.append(offset, to: &block) }
            perturber.perturb(block, start: start, into: &outcome)
            encoder.encode(outcome.decisions, of: block.entries, into: &text)
        }
        var seconds: [Double] = []
        var lines = 0
        for _ in 0..<rounds {
            let start = PerturbationBench.processSeconds()
            var parser = ScheduleParser(ruleNames: Plan.standard.ruleNames)
            lines = 0
            try text.withUnsafeBytes { bytes in
                var position = 0
                while position < bytes.count {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                    let length = rest.firstIndex(of: 0x0A) ?? rest.count
                    let line = UnsafeRawBufferPointer(rebasing: rest[..<length])
                    _ = try parser.parse(line, line: lines + 1)
                    position += length + 1
                    lines += 1
                }
            }
            seconds.append(PerturbationBench.processSeconds() - start)
        }
        PerturbationBench.report("read lines", seconds, of: lines, unit: "line")
        try apply(outcome, rounds: rounds)
    }

    private static func apply(_ outcome: Outcome, rounds: Int) throws {
        var seconds: [Double] = []
        let times = 5000
        for _ in 0..<rounds {
            let start = PerturbationBench.processSeconds()
            for _ in 0..<times { _ = try Outcome(applying: outcome.decisions, to: 30) }
            seconds.append(PerturbationBench.processSeconds() - start)
        }
        PerturbationBench.report(
            "apply decisions", seconds, of: times * outcome.decisions.count, unit: "decision")
    }
}
