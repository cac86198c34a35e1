import Perturbation
import Simulation

/// How strategies compare, at one point or along a sweep: for people, for programs, for spreadsheets.
public struct StudyReport {
    let study: Study

    public init(_ study: Study) { self.study = study }

    public var text: String {
        let tables = StudyTables(study)
        var text = StudyWords(study: study).sentences.map { $0 + "\n" }.joined()
        text += "\n" + tables.figures.text
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
    /// `strategy,figure,mean,half_width_95`.
    public var csv: String { StudyData(study).csv }
}
