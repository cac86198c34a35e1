import Checking

/// Where the rows and lanes of a timeline's picture are, in pixels.
struct TimelineGrid {
    let margin = 24.0
    let row = 30.0
    /// Where the first lane's labels may begin: behind the times.
    let left = 132.0
    let lane: Double
    let top: Double
    let width: Double
    let subtitle: [String]
    let words: [String]
    private let rows: Int

    init(_ timeline: Timeline) {
        let labels = timeline.steps.map {
            Double($0.label.count) * 6.6 + ($0.role == .none ? 0 : 34)
        }
        let names = timeline.spans.map { Double($0.name.count) * 6.4 }
        let titles = timeline.lanes.map { Double($0.name.count) * 7.4 }
        lane = max(150, ((labels + names + titles).max() ?? 0) + 76)
        let lanes = Double(max(1, timeline.lanes.count))
        let title = Double(timeline.title.count) * 8.6 + 2 * margin
        width = max(620, max(title, left + lanes * lane + margin))
        let columns = Int((width - 2 * margin) / 6.5)
        subtitle = timeline.words.prefix(2).flatMap { $0.wrapped(to: columns) }
        words = timeline.words.dropFirst(2).flatMap { $0.wrapped(to: columns) }
        top = margin + 74 + 18 * Double(subtitle.count)
        rows = timeline.steps.count
    }

    func x(_ lane: Int) -> Double { left + 14 + Double(lane) * self.lane }
    func y(_ step: Int) -> Double { top + 22 + Double(step) * row }
    var bottom: Double { y(max(0, rows - 1)) + row / 2 + 10 }

    /// How wide the frame of a step that matters is.
    var pill: Double { lane - 42 }

    /// Where a step's label ends.
    func right(_ step: Timeline.Step) -> Double {
        step.role == .none
            ? x(step.lane) + 20 + Double(step.label.count) * 6.4 : x(step.lane) + pill - 12
    }
    var foot: Double { bottom + 32 }
    var height: Double { foot + 26 + 18 * Double(words.count) + margin - 12 }
}
