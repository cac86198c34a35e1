import Checking

/// A timeline for a terminal: a column for each worker, a line for each step, time going down.
public struct TimelineText {
    private let timeline: Timeline

    public init(_ timeline: Timeline) { self.timeline = timeline }

    private static let margin = 16
    /// So that two lanes of one width stand in 80 columns.
    private static let width = 78

    public var text: String {
        var lines = [timeline.title, ""]
        let columns = timeline.lanes.indices.map(width)
        lines.append(row("seconds", timeline.lanes.map(\.name), columns))
        for (index, step) in timeline.steps.enumerated() {
            let mark = Self.mark(step.role)
            lines.append(
                row(
                    Timeline.seconds(step.timeNs),
                    cells(index) { lane in lane == step.lane ? "| \(label(index))\(mark)" : nil },
                    columns))
        }
        lines.append("")
        for word in timeline.words { lines += word.wrapped(to: Self.width) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What begins has its name there.
    private func label(_ index: Int) -> String {
        let step = timeline.steps[index]
        let span = timeline.spans.first { $0.first == index }
        return span.map { step.kind == .begin ? "\($0.name) \(step.label)" : step.label }
            ?? step.label
    }

    private static func mark(_ role: Timeline.Step.Role) -> String {
        switch role {
        case .none: ""
        case .first: "  <-- 1"
        case .second: "  <-- 2"
        case .breaks: "  <== breaks it"
        }
    }

    private func width(_ lane: Int) -> Int {
        let steps = timeline.steps.indices.filter { timeline.steps[$0].lane == lane }
            .map { label($0).count + Self.mark(timeline.steps[$0].role).count + 2 }
        return ([timeline.lanes[lane].name.count] + steps).max() ?? 0
    }

    /// What stands in each lane's column: this, or the line of what is under way, or nothing.
    private func cells(_ step: Int, _ own: (Int) -> String?) -> [String] {
        timeline.lanes.indices.map { lane in
            if let text = own(lane) { return text }
            let isBusy = timeline.spans.contains {
                $0.lane == lane && $0.first < step && $0.last ?? .max >= step
            }
            return isBusy ? "|" : ""
        }
    }

    private func row(_ time: String, _ cells: [String], _ columns: [Int]) -> String {
        var line = time.padded(to: Self.margin)
        for (cell, width) in zip(cells, columns) { line += cell.padded(to: width + 2) }
        while line.last == " " { line.removeLast() }
        return line
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// Lines of at most so many characters, cut at blanks; a longer word has a line of its own.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty && line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
