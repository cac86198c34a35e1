import Exploration
import Hunting
import Records
import Simulation

/// A counterexample as seen from outside: which messages took effect in which order, which came again, what struck.
struct Course {
    struct Fault {
        var message: Int
        var kind: SystemFault.Kind
        /// On top of the moment that is tried.
        var laterUs: Int64 = 0
        var lengthUs: Int64 = 0
    }

    /// Messages in the order of their first effects; those without one in the order of their beginnings, last those
    /// that never began.
    let order: [Int]
    private(set) var repeats: [(message: Int, number: Int32, after: Int)] = []
    private(set) var faults: [Fault] = []
    private(set) var leftOut: [String] = []

    init(_ found: Counterexample, _ model: Model) {
        let numbers = model.sourced.map(\.number)
        let effects: Set<TraceEntry.What> = [.store, .effect, .publish, .note]
        let times = numbers.map { number -> Int64 in
            let own = found.entries.filter { $0.message == number }
            return own.first { effects.contains($0.what) }?.timeNs
                ?? own.first { $0.what == .begin }?.timeNs ?? .max
        }
        order = numbers.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var copies: [Int: Int32] = [:]
        for (index, choice) in found.choices.enumerated() {
            let message = model.origin(of: choice.delivery)
            // A step counts one second.
            let now = Int64(index + 1) * 1_000_000_000
            switch choice.action {
            case .goOn, .dealElsewhere: break
            case .redeliver, .loseAck, .twice, .duplicate:
                copies[message, default: 0] += 1
                let after = order.last { times[$0] <= now } ?? message
                repeats.append((message, copies[message] ?? 1, after))
            case .crash, .crashLanding: faults.append(Fault(message: message, kind: .kill))
            case .crashCommitted:
                faults.append(Fault(message: message, kind: .kill, laterUs: 1_000_000))
            case .rebalance: faults.append(Fault(message: message, kind: .join))
            case .expire, .expireSecond, .expireThird, .expireFourth:
                let length = model.leaseUs + 1_000_000
                faults.append(Fault(message: message, kind: .pause, lengthUs: length))
            case .evict:
                let length = model.sessionUs + 1_000_000
                faults.append(Fault(message: message, kind: .pause, lengthUs: length))
            case .fail, .loseRequest, .loseReply, .giveUp, .forget, .timeOut, .drop,
                .corrupt:
                leftOut.append(
                    "step \(index + 1), \(choice.action) of \(model.name(choice.delivery)): "
                        + Self.hint(choice.action))
            }
        }
    }

    private static func hint(_ action: Action) -> String {
        switch action {
        case .loseRequest, .loseReply, .giveUp: "observe: [{http: {lose: 10%}}] loses answers"
        case .timeOut: "no schedule makes a store slow"
        case .fail: "observe: [{http: {fail: 10%}}] makes calls fail"
        case .drop: "rules: [{drop: 10%}] leaves records out"
        case .corrupt: "rules: [{corrupt: {probability: 10%, kind: truncate}}] spoils records"
        default: "no schedule makes time pass"
        }
    }

    /// As few messages as can be that leave their place, each with the one that it stands behind (nil: the front).
    func moves(_ placement: Placement) -> [(message: Int, after: Int?)] {
        var moves: [(message: Int, after: Int?)] = []
        for source in Set(placement.sources).sorted() {
            let own = order.filter { placement.sources[$0] == source }
            let kept = Self.longestRising(own)
            var last: Int?
            for message in own {
                if kept.contains(message) {
                    last = message
                } else {
                    moves.append((message, last))
                }
            }
        }
        return moves
    }

    /// The longest subsequence that rises.
    private static func longestRising(_ numbers: [Int]) -> Set<Int> {
        var best: [[Int]] = []
        for number in numbers {
            let before =
                best.filter { ($0.last ?? .min) < number }.max { $0.count < $1.count } ?? []
            best.append(before + [number])
        }
        return Set(best.max { $0.count < $1.count } ?? [])
    }
}
