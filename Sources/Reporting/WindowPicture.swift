import Perturbation
import Recording
import Records

/// A window drawn as `in -> out`:
///
/// ```
/// orders/3@1200..1206  7 records, 7 delivered
///   in   1200 1201 1202 1203 1204 1205 1206
///   out  1201 1200 1203 1203' 1206 1202 1205
///   gone 1204
/// ```
///
/// A copy has as many primes as its number (a number in brackets from the fourth on), a delayed delivery
/// its delay, a changed one an exclamation mark.
public struct WindowPicture: CustomStringConvertible {
    public let window: FormedWindow
    /// Records shown in a line; the rest is counted.
    public let width: Int

    public init(_ window: FormedWindow, width: Int = 24) {
        self.window = window
        self.width = width
    }

    public var description: String {
        let last = window.offsets.last ?? window.start
        let reason = window.closing.map { ", closed: \($0.rawValue)" } ?? ""
        var text =
            "\(window.source)@\(window.start)..\(last)  \(window.offsets.count) records, "
            + "\(window.deliveries.count) delivered\(reason)\n"
        text += "  in   \(shortened(window.offsets.map(String.init)))\n"
        text += "  out  \(shortened(window.deliveries.map(name)))\n"
        let delivered = Set(window.deliveries.map(\.slot))
        let gone = window.offsets.indices.filter { !delivered.contains(Int32($0)) }
        if !gone.isEmpty {
            text += "  gone \(shortened(gone.map { String(window.offsets[$0]) }))\n"
        }
        return text
    }

    private func name(_ delivery: Delivery) -> String {
        var text = String(window.offsets[Int(delivery.slot)])
        if delivery.copy > 3 {
            text += "'[\(delivery.copy)]"
        } else {
            text += String(repeating: "'", count: Int(delivery.copy))
        }
        if delivery.isCorrupted { text += "!" }
        if delivery.delayMicroseconds > 0 { text += "+\(delivery.delayMicroseconds)us" }
        return text
    }

    private func shortened(_ words: [String]) -> String {
        if words.count <= width { return words.joined(separator: " ") }
        return words.prefix(width).joined(separator: " ") + " … (\(words.count - width) more)"
    }
}
