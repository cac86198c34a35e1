/// A line with intervals for each series, named at its end; bands where lines cross.
struct LineDrawing {
    private let chart: Chart
    private let axis: Chart.Axis
    private var x: ChartScale
    private var y: ChartScale
    private let left: Double
    private static let right = 246.0
    private static let bottom = 170.0

    init(_ chart: Chart) {
        self.chart = chart
        let none = Chart.Axis(title: "", labels: [], positions: [], isLogarithmic: false)
        axis = chart.axis ?? none
        let even = axis.labels.indices.map(Double.init)
        x = ChartScale(at: axis.positions ?? even, isLogarithmic: axis.isLogarithmic)
        y = ChartScale(chart.extent)
        // Digits are hardly wider than half their height, a percent sign is, and fonts differ.
        let widths = y.ticks.map { tick in
            let text = chart.tick(tick)
            return Double(text.count) * 6.8 + (text.hasSuffix("%") && text.count > 3 ? 4 : 0)
        }
        left = max(30, (widths.max() ?? 0) + 8)
        (x.start, x.end) = (left + 8, Self.right - 6)
        (y.start, y.end) = (Self.bottom, 6)
    }

    var drawing: (markup: Markup, height: Double) {
        let pieces =
            crossings + y.ticks.map(horizontal) + xLabels
            + chart.series.map(line) + names
        let title = Markup.element(
            "text",
            [
                ("class", "axis"), ("x", ((left + Self.right) / 2).coordinate),
                ("y", (Self.bottom + 34).coordinate), ("text-anchor", "middle"),
            ], axis.title)
        return (.all(pieces + [title]), Self.bottom + 40)
    }

    private func horizontal(_ tick: Double) -> Markup {
        let place = y.place(tick)
        return .all([
            .element(
                "line",
                [
                    ("class", tick == y.low ? "base" : "grid"), ("x1", left.coordinate),
                    ("x2", Self.right.coordinate), ("y1", place.coordinate),
                    ("y2", place.coordinate),
                ]),
            .element(
                "text",
                [
                    ("class", "tick"), ("x", (left - 5).coordinate),
                    ("y", (place + 4).coordinate), ("text-anchor", "end"),
                ], chart.tick(tick)),
        ])
    }

    /// As many of the labels as stand beside each other.
    private var xLabels: [Markup] {
        var end = -Double.infinity
        let last = axis.labels.indices.last
        return axis.labels.enumerated().compactMap { index, label in
            let place = x.place(x.ticks[index])
            let half = Double(label.count) * 3.1 + 4
            // The last one always stands there: it says where the axis ends.
            if index != last {
                let room = last.map { x.place(x.ticks[$0]) - Double(axis.labels[$0].count) * 3.1 }
                guard place - half >= end, place + half <= (room ?? .infinity) else { return nil }
            }
            end = place + half
            return .element(
                "text",
                [
                    ("class", "tick"), ("x", place.coordinate),
                    ("y", (Self.bottom + 16).coordinate), ("text-anchor", "middle"),
                ], label)
        }
    }

    private var crossings: [Markup] {
        axis.crossings.map { crossing in
            let place = x.place(crossing.position)
            let ends = crossing.interval.map { (x.place($0.lowerBound), x.place($0.upperBound)) }
            let (low, high) = ends ?? (place, place)
            return .all([
                .element(
                    "rect",
                    [
                        ("class", "crossing"), ("x", low.coordinate), ("y", "6"),
                        ("width", (high - low).coordinate),
                        ("height", (Self.bottom - 6).coordinate),
                    ]),
                .element(
                    "line",
                    [
                        ("class", "crossing"), ("x1", place.coordinate),
                        ("x2", place.coordinate), ("y1", "6"), ("y2", Self.bottom.coordinate),
                    ]),
            ])
        }
    }

    private func line(_ series: Chart.Series) -> Markup {
        var path = ""
        var isOpen = false
        var marks: [Markup] = []
        for (index, value) in series.values.enumerated() {
            guard let value else {
                isOpen = false
                continue
            }
            let (px, py) = (x.place(x.ticks[index]), y.place(value.mean))
            path += "\(isOpen ? "L" : "M")\(px.coordinate) \(py.coordinate)"
            isOpen = true
            marks.append(mark(series, index, value, px, py))
        }
        let line = Markup.element("path", [("class", "s\(series.style) line"), ("d", path)])
        return .element("g", [], [line] + marks)
    }

    private func mark(
        _ series: Chart.Series, _ index: Int, _ value: Chart.Value, _ px: Double, _ py: Double
    ) -> Markup {
        var pieces: [Markup] = []
        if value.halfWidth > 0 {
            let (low, high) = (y.place(max(y.low, value.low)), y.place(value.high))
            pieces.append(
                .element(
                    "path",
                    [
                        ("class", "s\(series.style) bounds"),
                        (
                            "d",
                            "M\((px - 4).coordinate) \(low.coordinate)h8m-4 0V\(high.coordinate)m-4 0h8"
                        ),
                    ]))
        }
        pieces.append(ChartMark.markup(series.style, px, py))
        let name = "\(series.name) at \(axis.labels[index]): \(chart.text(value))"
        pieces.append(.element("title", [], name))
        return .element("g", [], pieces)
    }

    /// Names at the lines' ends, moved apart where they would cover each other.
    private var names: [Markup] {
        var places = chart.series.compactMap { series -> (series: Chart.Series, y: Double)? in
            guard let value = series.values.last(where: { $0 != nil }) ?? nil else { return nil }
            return (series, y.place(value.mean))
        }
        places.sort { ($0.y, $0.series.style) < ($1.y, $1.series.style) }
        let gap = 13.0
        for index in places.indices.dropFirst() {
            places[index].y = max(places[index].y, places[index - 1].y + gap)
        }
        var most = Self.bottom - 4
        for index in places.indices.reversed() {
            places[index].y = min(places[index].y, most)
            most = places[index].y - gap
        }
        return places.map { series, place in
            .all([
                ChartMark.markup(series.style, Self.right + 8, place),
                .element(
                    "text",
                    [
                        ("class", "name"), ("x", (Self.right + 16).coordinate),
                        ("y", (place + 4).coordinate),
                    ], series.name),
            ])
        }
    }
}
