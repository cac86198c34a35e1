/// Gathers the problems of one file while it is read.
///
/// One collector belongs to one call of `YAML.read` and is shared by all elements of its document.
final class ProblemCollector {
    let file: String
    private(set) var problems: [Problem] = []
    private var seen: Set<Problem> = []

    init(file: String) { self.file = file }

    func add(_ found: String, accepted: String?, at place: Place?, path: NodePath = .root) {
        let problem = Problem(
            file: file, place: place, path: path.description, found: found, accepted: accepted)
        // A value that is asked for twice would say the same thing again.
        if seen.insert(problem).inserted { problems.append(problem) }
    }
}
