/// The mark of a series, which tells it from others where colours do not.
enum ChartMark {
    /// How many series are told apart.
    static let count = 8

    private static let shapes = [
        "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z", "M-3.5-3.5H3.5V3.5H-3.5Z", "M0-4.6L4.4 3.4H-4.4Z",
        "M0-5L5 0L0 5L-5 0Z", "M0 4.6L4.4-3.4H-4.4Z",
        "M-4.5-1.5H-1.5V-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5Z",
        "M-5-2.5H5V2.5H-5Z", "M-2.5-5H2.5V5H-2.5Z",
    ]

    static func markup(_ style: Int, _ x: Double, _ y: Double) -> Markup {
        .element(
            "path",
            [
                ("class", "s\(style % count) mark"),
                ("transform", "translate(\(x.coordinate) \(y.coordinate))"),
                ("d", shapes[style % count]),
            ])
    }
}
