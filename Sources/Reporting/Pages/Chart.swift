/// What a chart shows: one value with its interval for each series, or one at each point of an axis.
struct Chart {
    struct Value {
        let mean: Double
        /// Of the 95% interval; 0: none.
        let halfWidth: Double

        var low: Double { mean - halfWidth }
        var high: Double { mean + halfWidth }
    }

    struct Series {
        let name: String
        /// Which colour and mark: the same number for the same name all over a page.
        let style: Int
        /// One of each point, nil where there is none.
        let values: [Value?]
    }

    struct Axis {
        let title: String
        let labels: [String]
        /// Where the points stand; nil: evenly spaced.
        let positions: [Double]?
        let isLogarithmic: Bool
        /// Where curves cross, with their intervals, on the axis.
        var crossings: [(position: Double, interval: ClosedRange<Double>?)] = []
    }

    let title: String
    let subtitle: String
    let series: [Series]
    /// nil: a single point, drawn as bars.
    let axis: Axis?
    /// A value with its unit.
    let shown: (Double) -> String

    /// Width of the drawing; charts are small enough to be read on a phone, and stand side by side on a
    /// wide screen.
    static let width = 334.0

    /// The drawing with its texts, its top left corner at the origin.
    var drawing: (markup: Markup, height: Double) {
        axis == nil ? BarDrawing(self).drawing : LineDrawing(self).drawing
    }

    /// All that is drawn, in words, for those who do not see it.
    var description: String {
        series.map { series in
            let values = series.values.enumerated().compactMap { index, value in
                value.map { value in
                    let place = axis.map { " at \($0.labels[index])" } ?? ""
                    return "\(text(value))\(place)"
                }
            }
            return "\(series.name): \(values.joined(separator: ", "))"
        }.joined(separator: "; ") + "."
    }

    func text(_ value: Value) -> String {
        value.halfWidth > 0 ? "\(shown(value.mean)) ± \(shown(value.halfWidth))" : shown(value.mean)
    }

    /// All values with the ends of their intervals.
    var extent: [Double] {
        series.flatMap { $0.values.compactMap { $0 } }.flatMap { [$0.mean, $0.high] }
    }

    /// A number on an axis: `20 ms`, not `20.00 ms`.
    func tick(_ value: Double) -> String {
        if value == 0 { return "0" }
        let text = shown(value)
        let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        guard number.contains(".") else { return text }
        var short = number
        while short.last == "0" { short = short.dropLast() }
        if short.last == "." { short = short.dropLast() }
        return String(short + text[number.endIndex...])
    }

    /// For a page.
    var svg: Markup { ChartSheet([self]).svg(isAlone: false) }
}
