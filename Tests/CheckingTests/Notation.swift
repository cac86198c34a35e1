import Checking

/// Histories as textbooks write them: `r1x0 w1x1 w2x2 c1 a2`, one step a moment; `w2x2<0` was computed from
/// version 0, `e1p` is an effect, `l1k`, `u1k` and `t1k` take, give back and lose a lock. Transaction n works on
/// message n, unless `2=1` says that it is another attempt at message 1. With `fifo` all are of one key.
func history(_ text: String) -> History {
    var history = History()
    var numbers: [Character: Int] = [:]
    var messages: [Character: Int64] = [:]
    let words = text.split(separator: " ")
    for word in words where word.contains("=") {
        messages[Array(word)[0]] = Int64(String(Array(word)[2])) ?? 0
    }
    let isOneKey = words.contains("fifo")
    for (time, word) in words.filter({ !$0.contains("=") && $0 != "fifo" }).enumerated() {
        let letters = Array(word)
        let name = letters[1]
        let known = numbers[name]
        let message = messages[name] ?? Int64(String(name)) ?? 0
        let transaction =
            known
            ?? history.begin(
                History.Transaction(
                    message: message, key: isOneKey ? 0 : message, worker: Int32(numbers.count),
                    beganNs: Int64(time)))
        numbers[name] = transaction
        let object = letters.count > 2 ? Int(letters[2].asciiValue ?? 0) : 0
        let tail = word.dropFirst(3).split(separator: "<").map { Int64($0) ?? 0 }
        func add(_ kind: History.Event.Kind) {
            history.append(
                History.Event(
                    kind, by: transaction, on: object, at: Int64(time),
                    version: tail.first ?? 0, basis: tail.count > 1 ? tail[1] : nil,
                    // Ten at first, one taken off by each write.
                    value: 10 - (tail.first ?? 0)))
        }
        switch letters[0] {
        case "r": add(.read)
        case "w": add(.write)
        case "e": add(.effect)
        case "l": add(.acquire)
        case "u": add(.release)
        case "t": add(.expire)
        case "c": history.end(transaction, .committed, at: Int64(time))
        default: history.end(transaction, .aborted, at: Int64(time))
        }
    }
    return history
}

extension History {
    func kinds() -> [String] { anomalies().map(\.kind.rawValue) }

    func witnesses(_ kind: Anomaly.Kind) -> [Anomaly] { anomalies().filter { $0.kind == kind } }
}
