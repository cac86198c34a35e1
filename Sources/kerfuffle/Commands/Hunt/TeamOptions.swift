import Arguments
import Hunting

/// Lists that a team keeps beside its hunt files.
struct TeamOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The failures that do not count for now; none: quarantine.yaml beside the hunt file, where it is.",
            valueName: "file", example: "quarantine.yaml"),
        completion: .files(extensions: ["yaml", "yml"]))
    var quarantine: String?

    @Option(
        help: ArgumentHelp(
            "The bugs that reached production, and the boundaries that there are; none: escapes.yaml beside the hunt "
                + "file, where it is.", valueName: "file", example: "escapes.yaml"),
        completion: .files(extensions: ["yaml", "yml"]))
    var escapes: String?

    func lists(besides folder: String) throws -> TeamLists {
        try TeamLists(besides: folder, quarantine: quarantine, escapes: escapes)
    }
}
