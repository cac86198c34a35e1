import Checking

/// How the picture of a timeline looks, on top of what all pictures share.
enum TimelineStyle {
    static let text = """
        svg .soft,svg .name{fill:var(--soft)}
        svg .name{font-size:11px}
        svg .lane{font-weight:650;font-size:13px}
        svg .life{stroke:var(--rule);stroke-width:2;stroke-dasharray:2 5}
        svg .span{fill:var(--s1);opacity:.16}
        svg .span.committed{fill:var(--s2);opacity:.2}
        svg .span.aborted{fill:var(--s0);opacity:.18}
        svg .time{text-anchor:end;font-variant-numeric:tabular-nums}
        svg .label{paint-order:stroke;stroke:var(--paper);stroke-width:3;stroke-linejoin:round}
        svg .strong{font-weight:650;stroke:none}
        svg .order{fill:var(--tint);stroke:var(--mark)}
        svg .breaks{fill:none;stroke:var(--s0);stroke-width:2}
        svg .number{font-weight:700;font-size:13px;fill:var(--mark);text-anchor:middle}
        svg .number.bad{fill:var(--s0)}
        svg .sign{fill:var(--paper);stroke:var(--soft);stroke-width:1.8}
        svg .sign.read{stroke:var(--s1)}
        svg .sign.write{fill:var(--s1);stroke:var(--s1)}
        svg .sign.effect{fill:var(--s4);stroke:var(--s4)}
        svg .sign.lock{fill:var(--s3);stroke:var(--s3)}
        svg .sign.refusal,svg .sign.failure{stroke:var(--s0);fill:none;stroke-width:2.4}
        svg .sign.end{fill:var(--s2);stroke:var(--s2)}
        svg .arrow{fill:none;stroke:var(--base);stroke-width:1.6}
        svg .arrow.rw{stroke:var(--mark);stroke-dasharray:5 4}
        svg .arrow.ww{stroke:var(--s0)}
        svg .tip{stroke:none;fill:var(--base)}
        svg .tip.rw{stroke:none;fill:var(--mark)}
        svg .tip.ww{stroke:none;fill:var(--s0)}
        svg .kind{font-size:11px;font-weight:650;fill:var(--soft);paint-order:stroke;\
        stroke:var(--paper);stroke-width:4}

        """

    /// The same where other pictures stand beside it.
    static let page = text.replacing("svg .", with: "svg.timeline .")

    /// What the signs stand for, in the order of the legend.
    static let legend: [(Timeline.Step.Kind, String)] = [
        (.read, "reads"), (.write, "writes"), (.effect, "effect"), (.lock, "lock"),
        (.refusal, "refused"), (.failure, "fails"), (.end, "done"),
    ]

    /// The sign of a step.
    static func mark(_ kind: Timeline.Step.Kind, _ x: Double, _ y: Double) -> Markup {
        let name = ("class", "sign \(kind.rawValue)")
        func path(_ d: String) -> Markup { .element("path", [name, ("d", d)]) }
        let (left, top) = ((x - 5).coordinate, (y - 5).coordinate)
        switch kind {
        case .effect: return path("M\(x.coordinate) \((y - 6).coordinate)l6 6l-6 6l-6-6z")
        case .lock:
            return .element(
                "rect",
                [name, ("x", left), ("y", top), ("width", "10"), ("height", "10"), ("rx", "2")])
        case .refusal, .failure: return path("M\(left) \(top)l10 10m0-10l-10 10")
        case .begin, .other:
            return .element(
                "circle", [name, ("cx", x.coordinate), ("cy", y.coordinate), ("r", "3")])
        case .read, .write, .end:
            return .element(
                "circle", [name, ("cx", x.coordinate), ("cy", y.coordinate), ("r", "5")])
        }
    }
}
