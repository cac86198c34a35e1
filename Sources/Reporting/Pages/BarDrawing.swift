/// A bar with its interval for each series; marks in place of bars where the scale has no zero.
struct BarDrawing {
    private let chart: Chart
    private var scale: ChartScale
    private static let row = 26.0
    private static let left = 80.0
    private static let right = 254.0

    init(_ chart: Chart) {
        self.chart = chart
        scale = ChartScale(chart.extent, count: 3, fits: true)
        (scale.start, scale.end) = (Self.left, Self.right)
    }

    var drawing: (markup: Markup, height: Double) {
        let rows = Double(chart.series.count) * Self.row
        var pieces: [Markup] = scale.ticks.map { tick in
            let x = scale.place(tick).coordinate
            return .all([
                .element(
                    "line",
                    [
                        ("class", tick == 0 ? "base" : "grid"), ("x1", x), ("x2", x), ("y1", "0"),
                        ("y2", rows.coordinate),
                    ]),
                .element(
                    "text",
                    [
                        ("class", "tick"), ("x", x), ("y", (rows + 15).coordinate),
                        ("text-anchor", "middle"),
                    ], chart.tick(tick)),
            ])
        }
        pieces += chart.series.enumerated().map { row($0, $1) }
        return (.all(pieces), rows + 22)
    }

    private func row(_ index: Int, _ series: Chart.Series) -> Markup {
        let y = (Double(index) + 0.5) * Self.row
        var pieces: [Markup] = [
            .element(
                "text",
                [
                    ("class", "name"), ("x", (Self.left - 8).coordinate),
                    ("y", (y + 4).coordinate), ("text-anchor", "end"),
                ], series.name)
        ]
        guard let value = series.values.first ?? nil else { return .all(pieces) }
        let x = scale.place(value.mean)
        if scale.isLogarithmic {
            pieces.append(ChartMark.markup(series.style, x, y))
        } else {
            pieces.append(
                .element(
                    "rect",
                    [
                        ("class", "s\(series.style) bar"), ("x", scale.place(0).coordinate),
                        ("y", (y - 7).coordinate), ("rx", "2"),
                        ("width", max(0, x - scale.place(0)).coordinate), ("height", "14"),
                    ]))
        }
        if value.halfWidth > 0 {
            let (low, high) = (scale.place(max(scale.low, value.low)), scale.place(value.high))
            pieces.append(
                .element(
                    "path",
                    [
                        ("class", "whisker"),
                        (
                            "d",
                            "M\(low.coordinate) \((y - 4).coordinate)v8m0-4H\(high.coordinate)m0-4v8"
                        ),
                    ]))
        }
        pieces.append(
            .element(
                "text",
                [
                    ("class", "value"), ("x", Chart.width.coordinate), ("y", (y + 4).coordinate),
                    ("text-anchor", "end"),
                ], chart.shown(value.mean)))
        pieces.append(.element("title", [], "\(series.name): \(chart.text(value))"))
        return .element("g", [], pieces)
    }
}
