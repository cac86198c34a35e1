extension ValueParser where Value == DurationDistribution {
    /// `5ms`, `constant(5ms)`, `uniform(1ms..5ms)`, `exponential(20ms)` (by its mean),
    /// `lognormal(20ms, 0.5)` (by its mean and squared coefficient of variation),
    /// `empirical(1ms, 2ms)`, in a file also as a list of durations. Times finer than a
    /// microsecond are refused.
    public static var durationDistribution: ValueParser {
        ValueParser(
            "distribution of durations", accepted: accepted, readList: empirical(of:)
        ) { text in
            let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return bare(text) }
            guard parts[1].last == ")" else { return .refused("does not end with )") }
            let arguments = parts[1].dropLast()
                .split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            do throws(Refusal) {
                return .value(try distribution(trimmed(parts[0]), arguments))
            } catch {
                return .refused(error.why)
            }
        }
    }

    private static var accepted: String {
        "write 5ms, uniform(1ms..5ms), exponential(20ms) with its mean, "
            + "lognormal(20ms, 0.5) with mean and squared coefficient of variation, "
            + "or empirical(1ms, 2ms)"
    }

    @Sendable private static func empirical(of list: Element) -> DurationDistribution? {
        guard case .sequence(let nodes) = list.node.content, !nodes.isEmpty else {
            list.problem("an empty list is no distribution", accepted: "write [1ms, 2ms]")
            return nil
        }
        let values = list.sequence { $0.value(as: .microseconds) } ?? []
        return values.count < nodes.count ? nil : .empirical(us: values.sorted())
    }

    private static func bare(_ text: String) -> Outcome {
        switch ValueParser<Int64>.microseconds.outcome(text) {
        case .value(let us): .value(.constant(us: us))
        case .refused(let why): .refused(why)
        case .other:
            if let near = nearestName(to: text, among: names) {
                .refused("has no values (did you mean `\(near)(…)`?)")
            } else {
                .other
            }
        }
    }

    private static func distribution(
        _ name: String, _ values: [String]
    ) throws(Refusal) -> DurationDistribution {
        switch (name, values.count) {
        case ("constant", 1): return .constant(us: try microseconds(values[0]))
        case ("exponential", 1): return .exponential(meanUs: try microseconds(values[0]))
        case ("uniform", 1):
            guard let ends = rangeEnds(values[0]) else { throw Refusal("has no range 1ms..5ms") }
            let low = try microseconds(trimmed(ends.low))
            let high = try microseconds(trimmed(ends.high))
            guard low <= high else { throw Refusal("has a range that ends before it begins") }
            return .uniform(lowUs: low, highUs: high)
        case ("lognormal", 2):
            let mean = try microseconds(values[0])
            switch ValueParser<Ratio>.ratio.parse(values[1]) {
            case .success(let c2): return .lognormal(meanUs: mean, c2: c2)
            case .failure(let error): throw Refusal("has a bad coefficient: \(error.found)")
            }
        case ("empirical", _):
            var times: [Int64] = []
            for value in values { times.append(try microseconds(value)) }
            return .empirical(us: times.sorted())
        default:
            if names.contains(name) {
                throw Refusal("has \(values.count) values, another number than \(name) takes")
            }
            let near = nearestName(to: name, among: names).map { " (did you mean `\($0)`?)" }
            throw Refusal("names no known distribution\(near ?? "")")
        }
    }

    private static func microseconds(_ text: String) throws(Refusal) -> Int64 {
        switch ValueParser<Int64>.microseconds.parse(text) {
        case .success(let us): return us
        case .failure(let error): throw Refusal("has a bad time: \(error.found)")
        }
    }
}

private let names = ["constant", "uniform", "exponential", "lognormal", "empirical"]

/// Why a text that names a distribution is none.
private struct Refusal: Error {
    let why: String
    init(_ why: String) { self.why = why }
}

/// Without the spaces around it.
private func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
}
