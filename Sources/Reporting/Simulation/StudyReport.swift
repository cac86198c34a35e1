import Perturbation
import Simulation

/// How strategies compare, at one point or along a sweep: for people, for programs, for spreadsheets.
public struct StudyReport {
    let study: Study

    public init(_ study: Study) { self.study = study }

    /// Which figures the tables for people have.
    public enum Detail: String, Hashable, Sendable, CaseIterable {
        /// A row for each point and strategy, and the figures that matter most.
        case main
        /// Every figure, a row each, and a table for each point.
        case all
    }

    /// - Parameter detail: nil: all without a sweep, else the main ones.
    public func text(_ detail: Detail? = nil) -> String {
        let tables = StudyTables(study)
        var text = StudyWords(study: study).sentences.map { $0 + "\n" }.joined()
        switch detail ?? (study.sweeps.isEmpty ? .all : .main) {
        case .main: text += "\n" + tables.figures.text
        case .all:
            for (place, table) in tables.all {
                text += "\n" + (place.map { "\($0)\n" } ?? "") + table.table.text
            }
            text += FigureTable.note(study) + "\n"
            if let handlers = tables.handlers {
                text += "\n" + handlers.text + StudyTables.noteOnHandlers + "\n"
            }
        }
        text += study.warmUpSentence + "\n"
        if let differences = tables.differences {
            text += "\n" + differences.text + StudyTables.note(study) + "\n"
        }
        if let invariants = tables.invariants { text += "\n" + invariants.text }
        return text
    }

    /// A page in one file that fetches nothing.
    public func html(_ origin: StudyOrigin) -> String { StudyPage(study, origin).text }

    /// A picture of the headline figures, in SVG.
    public var picture: String { StudyCharts(study).picture }

    public var json: JSONValue { StudyData(study).json }

    /// One line a point, strategy and figure: the swept values, then
    /// `strategy,figure,mean,half_width_95`, and how it differs from the first strategy, paired over the seeds:
    /// `difference,difference_half_width_95,p_holm,variance_ratio`; then the interval's ends, `low_95,high_95`. Lines
    /// whose figure is `handler:NAME:goodput` and so on are of one handler, where there are several; those
    /// whose figure is `broken` or `broken:INVARIANT` have the share of runs that broke it, and in `expected_runs` how
    /// many runs it takes on average to see that.
    public var csv: String { StudyData(study).csv }
}
