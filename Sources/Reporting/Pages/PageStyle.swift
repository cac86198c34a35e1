/// How pages and pictures look, in light and in dark. Fonts are the reader's own; nothing is fetched.
enum PageStyle {
    /// Of drawings: eight colours with a contrast of 3:1 against the paper at least, texts with 4.5:1.
    static let charts = """

        :root{color-scheme:light dark;--paper:#fff;--ground:#f4f5f7;--ink:#1b2430;--soft:#566173;\
        --rule:#dde1e8;--base:#8b95a5;--mark:#b45309;--tint:#f59e0b26;\
        --s0:#c2344a;--s1:#2463d9;--s2:#0b8377;--s3:#a85a05;--s4:#7a3fe0;--s5:#b83280;--s6:#3c7a1f;--s7:#5b6675}
        @media (prefers-color-scheme:dark){:root{--paper:#171c24;--ground:#0f1319;--ink:#e8ecf2;\
        --soft:#9fabbd;--rule:#2b333f;--base:#667285;--mark:#fbbf24;--tint:#fbbf2426;\
        --s0:#ff7a8a;--s1:#7ab0ff;--s2:#3fcfbe;--s3:#f0a04b;--s4:#b596ff;--s5:#f589c4;--s6:#8fd06a;--s7:#a9b4c4}}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
        svg .tick,svg .axis{font-size:11px;fill:var(--soft)}
        svg .value{font-variant-numeric:tabular-nums}
        svg .title{font-size:15px;font-weight:650}
        svg .paper{fill:var(--paper)}
        svg .grid{stroke:var(--rule)}
        svg .base{stroke:var(--base)}
        svg .whisker{stroke:var(--ink);stroke-width:1.5;fill:none}
        svg .line{fill:none;stroke-width:2;stroke-linejoin:round}
        svg .bounds{fill:none;stroke-width:1.2;opacity:.75}
        svg .mark{stroke:var(--paper);stroke-width:.8}
        svg rect.crossing{fill:var(--tint)}
        svg line.crossing{stroke:var(--mark);stroke-dasharray:3 3}
        \(series)

        """

    private static var series: String {
        (0..<ChartMark.count).map { style in
            "svg .s\(style).bar,svg .s\(style).mark{fill:var(--s\(style))}"
                + "svg .s\(style).line,svg .s\(style).bounds{stroke:var(--s\(style))}"
        }.joined(separator: "\n")
    }

    static let page =
        charts + TimelineStyle.page
            + """
            *{box-sizing:border-box}
            body{margin:0;background:var(--ground);color:var(--ink);\
            font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
            -webkit-text-size-adjust:100%}
            main{max-width:1280px;margin:0 auto;padding:28px 20px 56px}
            header p{margin:0;color:var(--soft);overflow-wrap:anywhere}
            h1{margin:2px 0 6px;font-size:clamp(1.5rem,4.4vw,2.2rem);line-height:1.2;letter-spacing:-.015em;\
            text-wrap:balance;overflow-wrap:anywhere}
            h2{margin:40px 0 12px;font-size:1.2rem;letter-spacing:-.01em}
            h3{margin:24px 0 8px;font-size:1rem;overflow-wrap:anywhere}
            .kicker{text-transform:uppercase;letter-spacing:.08em;font-size:.75rem;font-weight:650}
            .card{background:var(--paper);border:1px solid var(--rule);border-radius:12px;padding:18px 20px}
            .verdict{columns:420px 2;column-gap:40px;margin-top:22px}
            .verdict div{break-inside:avoid}
            .verdict div+div{padding-top:6px}
            .verdict h2{margin:0 0 4px;font-size:.8rem;text-transform:uppercase;letter-spacing:.06em;\
            color:var(--soft)}
            .verdict ul{margin:0 0 8px;padding-left:1.1em}
            .verdict li{margin:.3em 0;overflow-wrap:anywhere}
            .charts{display:grid;gap:16px;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}
            figure{margin:0;min-width:0}
            figcaption{font-weight:650;margin-bottom:10px}
            figcaption small{display:block;color:var(--soft);font-weight:400;font-size:.8125rem;line-height:1.4}
            figure svg{display:block;width:100%;height:auto}
            .scroll{overflow-x:auto;border-radius:12px}
            .scroll.card{padding:6px 4px}
            table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;width:100%}
            th,td{padding:7px 12px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--rule)}
            tr:last-child td,tr:last-child th{border-bottom:0}
            thead th{color:var(--soft);font-weight:600}
            tbody th{font-weight:600}
            details{margin-top:20px}summary{cursor:pointer;color:var(--soft);margin-bottom:10px}
            .right{text-align:right}
            .note{color:var(--soft);font-size:.875rem;max-width:75ch}
            pre{margin:0;overflow-x:auto;font:13px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",\
            monospace}
            pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
            :focus-visible{outline:2px solid var(--s1);outline-offset:2px}
            svg.timeline{display:block;margin:0 auto}
            @media (max-width:480px){main{padding:20px 12px 40px}.card{padding:14px 14px}}
            @media print{body{background:none}.card{break-inside:avoid}}

            """
}
