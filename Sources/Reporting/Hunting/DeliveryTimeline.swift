import Hunting

/// What a reproducer feeds as a picture: the baseline's deliveries above, the schedule's below, a line from each
/// record to where it comes instead, and what strikes between them.
public struct DeliveryTimeline {
    private let plain: [FeedSequence.Item]
    private let perturbed: [FeedSequence.Item]
    private let isWhole: Bool
    private static let step = 96.0
    private static let left = 92.0
    /// More would be seen by nobody.
    private static let most = 24

    /// - Throws: `ScheduleError` where the schedule is none of the workload.
    public init(_ reproducer: Reproducer) throws {
        let workload = reproducer.input.workload
        let plain = try FeedSequence(workload, TrialSchedule(), paceUs: 1000)
        let perturbed = try FeedSequence(workload, reproducer.input.schedule, paceUs: 1000)
        self.plain = Array(plain.items.prefix(Self.most))
        self.perturbed = Array(perturbed.items.prefix(Self.most))
        isWhole = plain.items.count <= Self.most && perturbed.items.count <= Self.most
    }

    /// A file of its own.
    public var svg: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup(isAlone: true).source
    }

    func markup(isAlone: Bool) -> Markup {
        let columns = Double(max(plain.count, perturbed.count, 1))
        // What strikes behind the last one stands half beyond its column.
        let margin = perturbed.allSatisfy(\.faults.isEmpty) ? 16.0 : 60.0
        let width = Self.left + columns * Self.step + margin
        let height = isWhole ? 170.0 : 190.0
        var attributes = [
            ("viewBox", "0 0 \(width.coordinate) \(height.coordinate)"), ("role", "img"),
            ("aria-label", description), ("width", width.coordinate),
            ("height", height.coordinate),
        ]
        var pieces: [Markup] = []
        if isAlone {
            attributes += [("xmlns", "http://www.w3.org/2000/svg"), ("class", "sheet")]
            pieces.append(.element("style", [], [Markup(source: PageStyle.charts)]))
            pieces.append(
                .element(
                    "rect",
                    [
                        ("class", "paper"), ("width", width.coordinate),
                        ("height", height.coordinate),
                    ]))
        }
        pieces += links + lane("baseline", plain, at: 40) + lane("schedule", perturbed, at: 130)
        if !isWhole {
            pieces.append(text("only the first \(Self.most) are shown", Self.left, 182, "tick"))
        }
        return .element("svg", attributes, pieces)
    }

    private func place(_ index: Int) -> Double { Self.left + (Double(index) + 0.5) * Self.step }

    private func lane(_ name: String, _ items: [FeedSequence.Item], at y: Double) -> [Markup] {
        var pieces = [
            text(name, 8, y + 4, "title"),
            Markup.element(
                "line",
                [
                    ("class", "base"), ("x1", Self.left.coordinate), ("y1", y.coordinate),
                    ("x2", (Self.left + Double(items.count) * Self.step).coordinate),
                    ("y2", y.coordinate),
                ]),
        ]
        for (index, item) in items.enumerated() {
            let x = place(index)
            pieces.append(ChartMark.markup(item.copy > 0 ? 1 : 0, x, y))
            let key = item.record.key.map { String(decoding: $0.prefix(12), as: UTF8.self) } ?? "-"
            let copy = item.copy > 0 ? " again" : ""
            pieces.append(
                text(
                    "\(item.name.source.partition)@\(item.name.offset)\(copy)", x, y - 12, "tick",
                    "middle"))
            pieces.append(text(key, x, y + 20, "tick", "middle"))
            for fault in item.faults {
                let between = x + Self.step / 2
                pieces.append(text("⚡ \(fault.kind.rawValue)", between, y + 4, "title", "middle"))
                if let moment = fault.once {
                    pieces.append(
                        text("once \(moment.rawValue)", between, y + 34, "tick", "middle"))
                }
            }
        }
        return pieces
    }

    /// From each record above to its deliveries below.
    private var links: [Markup] {
        perturbed.enumerated().compactMap { index, item in
            guard let above = plain.firstIndex(where: { $0.name == item.name }) else { return nil }
            return .element(
                "line",
                [
                    ("class", above == index && item.copy == 0 ? "grid" : "crossing"),
                    ("x1", place(above).coordinate), ("y1", "66"),
                    ("x2", place(index).coordinate), ("y2", "106"),
                ])
        }
    }

    private func text(
        _ text: String, _ x: Double, _ y: Double, _ style: String, _ anchor: String = "start"
    ) -> Markup {
        .element(
            "text",
            [
                ("class", style), ("x", x.coordinate), ("y", y.coordinate),
                ("text-anchor", anchor),
            ], text)
    }

    /// In words, for those who do not see it.
    private var description: String {
        func words(_ items: [FeedSequence.Item]) -> String {
            items.map { item in
                "\(item.name)\(item.copy > 0 ? " again" : "")"
                    + item.faults.map { ", then \($0.words)" }.joined()
            }.joined(separator: ", ")
        }
        return "Baseline: \(words(plain)). Schedule: \(words(perturbed))."
    }
}
