import Arguments
import Exploration
import Reporting

/// Files that what was found is written to, one by one.
struct ExplorationFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Draw what was found as a timeline: SVG.", valueName: "file.svg"),
        completion: .files(extensions: ["svg"]))
    var timeline: String?

    @Option(
        help: ArgumentHelp("Write the steps of what was found, for --replay.", valueName: "file"),
        completion: .files(extensions: []))
    var choicesOut: String?

    func check() throws {
        for path in [timeline, choicesOut].compactMap({ $0 }) { try ResultFile.check(path) }
    }

    func write(_ found: Counterexample, _ script: ExecutionScript, _ model: Model) throws {
        if let timeline {
            if let picture = found.timeline {
                try ResultFile.write(TimelineDrawing(picture).svg, to: timeline)
            } else {
                warn(["\(timeline) is not written: there is nothing to draw"])
            }
        }
        if let choicesOut { try ResultFile.write(script.text(model), to: choicesOut) }
    }
}
