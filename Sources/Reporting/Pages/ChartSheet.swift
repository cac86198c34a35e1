/// One chart or several beside each other as one picture in SVG.
struct ChartSheet {
    private let charts: [Chart]
    private let columns: Int
    private static let gap = 28.0
    private static let margin = 16.0
    private static let head = 42.0

    init(_ charts: [Chart], columns: Int = 1) {
        self.charts = charts
        self.columns = max(1, min(columns, charts.count))
    }

    /// - Parameter isAlone: whether it is a file of its own, with its own style and titles; else it
    ///   stands in a page that has both.
    func svg(isAlone: Bool) -> Markup {
        let drawings = charts.map(\.drawing)
        let margin = isAlone ? Self.margin : 0
        let head = isAlone ? Self.head : 0
        var pieces: [Markup] = []
        var top = margin
        var index = 0
        while index < charts.count {
            let row = index..<min(index + columns, charts.count)
            for place in row {
                let left = margin + Double(place - index) * (Chart.width + Self.gap)
                if isAlone { pieces.append(Self.head(charts[place], left, top)) }
                pieces.append(
                    .element(
                        "g",
                        [
                            (
                                "transform",
                                "translate(\(left.coordinate) \((top + head).coordinate))"
                            )
                        ], [drawings[place].markup]))
            }
            top += head + (row.map { drawings[$0].height }.max() ?? 0) + Self.gap
            index += columns
        }
        let height = top - Self.gap + margin
        let width = Double(columns) * (Chart.width + Self.gap) - Self.gap + 2 * margin
        let words = charts.map { "\($0.title): \($0.description)" }.joined(separator: " ")
        var attributes = [
            ("viewBox", "0 0 \(width.coordinate) \(height.coordinate)"), ("role", "img"),
            ("aria-label", words),
        ]
        if isAlone {
            attributes += [
                ("xmlns", "http://www.w3.org/2000/svg"), ("width", width.coordinate),
                ("height", height.coordinate), ("class", "sheet"),
            ]
            let paper = Markup.element(
                "rect",
                [
                    ("class", "paper"), ("width", width.coordinate), ("height", height.coordinate),
                    ("rx", "10"),
                ])
            pieces = [.element("style", [], [Markup(source: PageStyle.charts)]), paper] + pieces
        }
        return .element("svg", attributes, pieces)
    }

    private static func head(_ chart: Chart, _ left: Double, _ top: Double) -> Markup {
        .all([
            .element(
                "text",
                [("class", "title"), ("x", left.coordinate), ("y", (top + 13).coordinate)],
                chart.title),
            .element(
                "text",
                [("class", "tick"), ("x", left.coordinate), ("y", (top + 29).coordinate)],
                chart.subtitle),
        ])
    }
}
