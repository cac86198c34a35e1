import Hunting

/// A hunt's result for people: what was found, how sure it is, and the command that shows it.
public struct HuntReport {
    let result: HuntResult

    public init(_ result: HuntResult) { self.result = result }

    public var text: String {
        (calibration + search + quarantine + clusters + [conclusion]).joined(separator: "\n") + "\n"
    }

    private var calibration: [String] {
        let calibration = result.calibration
        if result.stoppedAt == .calibrating { return ["\(result.hunt): stopped while calibrating"] }
        var lines = [
            "\(result.hunt): calibration of \(Self.count(calibration.trials, "trial")): "
                + "\(Self.seconds(calibration.wallMs)) each, of which \(Self.seconds(calibration.readyMs)) "
                + "until ready"
        ]
        for one in calibration.quarantined {
            lines.append(
                "  \(one.isPutAside ? "put aside" : "NOT put aside"): \(one.signature) (in \(one.count) of "
                    + "\(calibration.trials), without any perturbation: \(one.words))")
            if one.isPutAside, !one.isListed {
                lines.append(
                    "    is it done when it is looked at (settle.quiet)? If so, list it in quarantine.yaml, with "
                        + "a reason and a date")
            }
        }
        lines += calibration.blindSelectors.map { "  look again: \($0)" }
        for one in calibration.broken {
            lines.append(
                "  broken without any perturbation: \(one.signature) (in \(one.count) of "
                    + "\(calibration.trials): \(one.words))")
        }
        return lines
    }

    /// What the team lives with, and for how long.
    private var quarantine: [String] {
        result.quarantine.map { use in
            let entry = use.entry
            let seen = "in \(Self.count(use.trials, "trial"))"
            if use.isExpired {
                return
                    "  quarantine EXPIRED on \(entry.expires), it counts again: \(entry.failure), \(seen) "
                    + "(\(entry.reason))"
            }
            let unseen = use.trials + use.calibrated == 0
            return "  quarantined until \(entry.expires): \(entry.failure), "
                + (unseen ? "not seen; take it off the list?" : seen) + " (\(entry.reason))"
        }
    }

    private var search: [String] {
        let search = result.search
        var lines = [
            "\(Self.count(search.trials, "trial")), \(search.failing) failing; "
                + "\(search.features) classes of schedules and states seen"
        ]
        for (word, count) in search.endings.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(count) \(word)")
        }
        if search.secondStarts > 0 {
            lines.append(
                "  \(search.secondStarts) run a second time: not ready before anything was done, or late while the "
                    + "machine itself stood still")
        }
        if search.ranOutOfTime { lines.append("  the time was over before all trials were run") }
        if let unseen = search.unseen {
            lines.append(
                "  a next random trial shows something new with a chance of about "
                    + "\(Self.percent(unseen)) (Good-Turing; of what this strategy can reach)")
        }
        return lines
    }

    private var clusters: [String] { result.clusters.flatMap { lines(of: $0) } }

    private func lines(of cluster: HuntResult.Cluster) -> [String] {
        let failure = cluster.failure
        var lines = [
            "",
            "\(Self.standing(of: cluster)) \(failure.signature)",
        ]
        lines += Self.shown(failure)
        lines += [
            "  in \(Self.count(cluster.count, "trial")), first in trial \(cluster.firstTrial) (seed "
                + "\(cluster.firstSeed)); again in \(cluster.confirmations) of "
                + "\(cluster.confirmationRuns) repetitions\(Self.lateness(of: cluster))"
        ]
        guard let reproducer = cluster.reproducer else {
            if cluster.isConfirmed, result.stoppedAt != nil {
                lines.append("  stopped before it was shrunk")
            }
            return lines
        }
        lines += [
            "  " + Self.shrinking(reproducer),
            "  \(Self.replayed(reproducer)):",
            "    kerfuffle reproduce \(reproducer.folder)",
        ]
        return lines
    }

    /// How the repetitions differed from the trial, if they did.
    static func lateness(of cluster: HuntResult.Cluster) -> String {
        if let moment = cluster.moment { return ", its faults waiting until `\(moment)`" }
        return cluster.isLate ? ", its refused and lost answers coming late" : ""
    }

    /// How sure it is, in a word or two.
    private static func standing(of cluster: HuntResult.Cluster) -> String {
        if cluster.isConfirmed { return "FOUND" }
        return cluster.isOpen ? "not yet repeated" : "flaky"
    }

    /// What is wrong, and the records that show it.
    static func shown(_ failure: Failure) -> [String] {
        ["  \(failure.words)"] + (failure.evidence ?? []).map { "    \($0)" }
    }

    /// What shrinking came to, in one sentence.
    static func shrinking(_ reproducer: HuntResult.Reproduced) -> String {
        let size =
            "\(count(reproducer.records, "record")) and \(count(reproducer.atoms, "line")) of schedule "
            + "(\(kinds(reproducer)))"
        if reproducer.isStopped, reproducer.shrinkingTrials == 0 {
            return "left as it was found, with \(size): the hunt was stopped"
        }
        return "shrunk from \(reproducer.atomsAtFirst) atoms to \(size) in "
            + "\(count(reproducer.shrinkingTrials, "trial"))" + unfinished(reproducer)
    }

    /// How surely it shows.
    static func replayed(_ reproducer: HuntResult.Reproduced) -> String {
        reproducer.reproductionRuns == 0
            ? "not replayed yet"
            : "shown by \(reproducer.reproductions) of \(reproducer.reproductionRuns) replays"
    }

    /// What is done in a reproducer: `join, move`.
    static func kinds(_ reproducer: HuntResult.Reproduced) -> String {
        reproducer.kinds.isEmpty ? "no atom" : reproducer.kinds.joined(separator: ", ")
    }

    private static func unfinished(_ reproducer: HuntResult.Reproduced) -> String {
        if reproducer.isStopped { return "; the hunt was stopped before it was minimal" }
        if reproducer.isWhole { return "; it shows too seldom to be made smaller" }
        return reproducer.isMinimal ? "" : "; the budget ended before it was minimal"
    }

    private var conclusion: String {
        let cost =
            "\(Self.count(result.trials, "trial")) in all, \(Self.seconds(result.wallMs)), "
            + "\(Self.seconds(result.cpuMs)) of the system's processor time"
        return "\n\(conclusionWords). \(cost)"
    }

    private var conclusionWords: String {
        let found = result.clusters.count { $0.isConfirmed }
        let stopped = stoppedWords.map { "; \($0)" } ?? ""
        switch result.conclusion {
        case .clean: return "clean: \(cleanWords)"
        case .found: return "found \(Self.count(found, "failure"))\(stopped)"
        case .onlyFlaky: return "only flaky: what failed did not repeat often enough to count"
        case .stopped:
            let open = result.clusters.count
            let words =
                open == 0
                ? cleanWords
                : "\(Self.count(open, "failure")) met, and not known to repeat"
            return "undecided: \(words)\(stopped)"
        }
    }

    /// Where the hunt was stopped; nil: it came to its end.
    var stoppedWords: String? {
        result.stoppedAt.map {
            "stopped while \($0.rawValue), and the same command with --resume goes on with it"
        }
    }

    /// What "clean" is said of: neither what is quarantined nor a trial without a verdict says that nothing is wrong.
    var cleanWords: String {
        let search = result.search
        var words = ["nothing failed"]
        if search.quarantined > 0 {
            words = [
                "nothing failed but what is quarantined (in \(Self.count(search.quarantined, "trial")))"
            ]
        }
        if search.undecided > 0 {
            words.append(
                "\(search.undecided) of \(Self.count(search.trials, "trial")) had no verdict")
        }
        return words.joined(separator: ", and ")
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    static func seconds(_ milliseconds: Int) -> String {
        milliseconds < 1000
            ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    }

    static func percent(_ share: Double) -> String {
        "\((share * 1000).rounded() / 10)%"
    }
}
