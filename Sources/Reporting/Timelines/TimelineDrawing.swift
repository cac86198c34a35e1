import Checking

/// A timeline as a picture in SVG: a lane for each worker, time going down, a row for each step. No script, no
/// request; light or dark as its reader's screen is.
public struct TimelineDrawing {
    private let timeline: Timeline
    private let grid: TimelineGrid

    public init(_ timeline: Timeline) {
        self.timeline = timeline
        grid = TimelineGrid(timeline)
    }

    /// The whole file; the same bytes for the same timeline.
    public var svg: String {
        let style = Markup.element(
            "style", [], [Markup(source: PageStyle.charts + TimelineStyle.text)])
        return drawing([("xmlns", "http://www.w3.org/2000/svg")], [style]).source
    }

    /// For a page that has ``TimelineStyle/page``.
    var inline: Markup { drawing([("class", "timeline")], []) }

    private func drawing(_ extra: [(String, String)], _ style: [Markup]) -> Markup {
        let (width, height) = (grid.width.coordinate, grid.height.coordinate)
        let attributes =
            extra + [
                ("viewBox", "0 0 \(width) \(height)"), ("width", width), ("height", height),
                ("role", "img"),
                ("aria-label", ([timeline.title] + timeline.words).joined(separator: " ")),
            ]
        let paper = Markup.element(
            "rect", [("class", "paper"), ("width", width), ("height", height), ("rx", "12")])
        let parts =
            style + [paper] + head + lanes + timeline.spans.map(span) + arrows
            + timeline.steps.indices.flatMap(step) + foot
        return Markup.element("svg", attributes, parts)
    }

    // MARK: Around it

    private var head: [Markup] {
        [text("title", grid.margin, grid.margin + 14, timeline.title)]
            + zip(0..., grid.subtitle).map { index, line in
                text("soft", grid.margin, grid.margin + 36 + 18 * Double(index), line)
            }
    }

    private var foot: [Markup] {
        var top = grid.foot
        var parts: [Markup] = []
        var left = grid.margin + 7
        for (kind, word) in TimelineStyle.legend where uses(kind) {
            parts.append(TimelineStyle.mark(kind, left, top - 4))
            parts.append(text("soft", left + 12, top, word))
            left += 34 + 7 * Double(word.count)
        }
        top += 26
        for line in grid.words {
            parts.append(text("", grid.margin, top, line))
            top += 18
        }
        return parts
    }

    private func uses(_ kind: Timeline.Step.Kind) -> Bool {
        timeline.steps.contains { $0.kind == kind }
    }

    private var lanes: [Markup] {
        timeline.lanes.indices.flatMap { lane -> [Markup] in
            let x = grid.x(lane)
            return [
                text("lane", x - 7, grid.top - 14, timeline.lanes[lane].name),
                line("life", x, grid.top, x, grid.bottom),
            ]
        }
    }

    // MARK: What happened

    private func span(_ span: Timeline.Span) -> Markup {
        let x = grid.x(span.lane)
        let top = grid.y(span.first) - grid.row / 2 + 3
        let last = span.last.map { grid.y($0) + grid.row / 2 - 3 }
        let bottom = last ?? grid.bottom
        return .all([
            .element(
                "rect",
                [
                    ("class", "span \(span.outcome.rawValue)"), ("x", (x - 7).coordinate),
                    ("y", top.coordinate), ("width", "14"),
                    ("height", (bottom - top).coordinate), ("rx", "7"),
                ]),
            text("name", x + 14, grid.y(span.first) + 4, span.name),
        ])
    }

    private func step(_ index: Int) -> [Markup] {
        let step = timeline.steps[index]
        let (x, y) = (grid.x(step.lane), grid.y(index))
        var parts: [Markup] = []
        if index == 0 || timeline.steps[index - 1].timeNs != step.timeNs {
            parts.append(
                text("tick time", grid.left - 20, y + 4, Timeline.seconds(step.timeNs)))
        }
        if step.role != .none {
            parts.append(
                .element(
                    "rect",
                    [
                        ("class", step.role == .breaks ? "breaks" : "order"),
                        ("x", (x - 12).coordinate), ("y", (y - 12).coordinate),
                        ("width", grid.pill.coordinate), ("height", "24"), ("rx", "12"),
                    ]))
        }
        parts.append(TimelineStyle.mark(step.kind, x, y))
        let isStrong = step.role != .none
        if !timeline.spans.contains(where: { $0.first == index && step.kind == .begin }) {
            parts.append(text(isStrong ? "label strong" : "label", x + 14, y + 4, step.label))
        }
        let end = x + grid.pill - 26
        switch step.role {
        case .none: break
        case .first: parts.append(text("number", end, y + 4, "1"))
        case .second: parts.append(text("number", end, y + 4, "2"))
        case .breaks: parts.append(text("number bad", end, y + 4, "!"))
        }
        return parts
    }

    private var arrows: [Markup] {
        timeline.arrows.map { arrow in
            let (from, to) = (timeline.steps[arrow.from], timeline.steps[arrow.to])
            let (y1, y2) = (grid.y(arrow.from), grid.y(arrow.to))
            let isRight = to.lane > from.lane
            // Labels stand on the right of their signs: an arrow leaves and meets them at their outer ends.
            let start = isRight ? grid.right(from) : grid.x(from.lane) - 13
            let end = isRight || to.lane == from.lane ? grid.x(to.lane) - 13 : grid.right(to)
            let bend =
                to.lane == from.lane ? -40 : (isRight ? 1 : -1) * max(30, abs(end - start) / 3)
            let back = to.lane == from.lane ? -40 : -bend
            let path =
                "M\(start.coordinate) \(y1.coordinate)C\((start + bend).coordinate) \(y1.coordinate) "
                + "\((end + back).coordinate) \(y2.coordinate) \(end.coordinate) \(y2.coordinate)"
            let tip = isRight || to.lane == from.lane ? "l-7 -4v8z" : "l7 -4v8z"
            let name = "arrow \(arrow.kind.rawValue)"
            return .all([
                .element("path", [("class", name), ("d", path)]),
                .element(
                    "path",
                    [
                        ("class", "\(name) tip"),
                        ("d", "M\(end.coordinate) \(y2.coordinate)\(tip)"),
                    ]),
                text("kind", (start + end) / 2 - 8, (y1 + y2) / 2 + 3, arrow.kind.rawValue),
            ])
        }
    }

    // MARK: Pieces

    private func text(_ name: String, _ x: Double, _ y: Double, _ text: String) -> Markup {
        .element("text", [("class", name), ("x", x.coordinate), ("y", y.coordinate)], text)
    }

    private func line(
        _ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
    ) -> Markup {
        .element(
            "line",
            [
                ("class", name), ("x1", x1.coordinate), ("y1", y1.coordinate),
                ("x2", x2.coordinate), ("y2", y2.coordinate),
            ])
    }
}
