import Hunting
import Perturbation

extension HuntReport {
    /// The result for programs.
    public var json: JSONValue {
        let search = result.search
        return .members([
            ("hunt", .string(result.hunt)), ("file", .string(result.file)),
            ("conclusion", .string(result.conclusion.rawValue)),
            ("stopped_at", result.stoppedAt.map { .string($0.rawValue) }),
            ("strategy", .string(result.strategy)),
            ("invariants", .array(result.invariants.map { .string($0) })),
            ("boundaries", .array(result.boundaries.map { .string($0.description) })),
            ("calibration", calibrationJSON),
            ("quarantine", quarantineJSON), ("team", teamJSON),
            (
                "search",
                .members([
                    ("trials", .number(search.trials)), ("failing", .number(search.failing)),
                    ("quarantined", .number(search.quarantined)),
                    ("undecided", .number(search.undecided)),
                    ("features", .number(search.features)),
                    ("unseen_probability", search.unseen.map { .number("\($0)") }),
                    (
                        "cdc_discrepancy_rate",
                        search.discrepancyRate.map { .number("\($0)") }
                    ),
                    ("ran_out_of_time", .bool(search.ranOutOfTime)),
                    ("second_starts", .number(search.secondStarts)),
                    (
                        "endings",
                        .object(
                            search.endings.sorted { $0.key < $1.key }.map {
                                JSONValue.Member($0.key, .number($0.value))
                            })
                    ),
                ])
            ),
            ("clusters", .array(result.clusters.map(Self.json))),
            (
                "cost",
                .members([
                    ("trials", .number(result.trials)), ("cpu_ms", .number(result.cpuMs)),
                    ("wall_ms", .number(result.wallMs)),
                ])
            ),
        ])
    }

    private var calibrationJSON: JSONValue {
        let calibration = result.calibration
        return .members([
            ("trials", .number(calibration.trials)), ("ready_ms", .number(calibration.readyMs)),
            ("wall_ms", .number(calibration.wallMs)), ("cpu_ms", .number(calibration.cpuMs)),
            ("quarantined", .array(calibration.quarantined.map(Self.json))),
            ("broken", .array(calibration.broken.map(Self.json))),
            ("blind_selectors", .array(calibration.blindSelectors.map { .string($0) })),
        ])
    }

    private static func json(_ one: HuntResult.Calibration.Quarantined) -> JSONValue {
        .members([
            ("signature", .string(one.signature.description)), ("trials", .number(one.count)),
            ("words", .string(one.words)), ("is_listed", .bool(one.isListed)),
            ("is_put_aside", .bool(one.isPutAside)),
        ])
    }

    private var quarantineJSON: JSONValue {
        .array(
            result.quarantine.map { use in
                .members([
                    ("failure", .string(use.entry.failure)), ("reason", .string(use.entry.reason)),
                    ("expires", .string("\(use.entry.expires)")),
                    ("is_expired", .bool(use.isExpired)), ("trials", .number(use.trials)),
                    ("calibration_trials", .number(use.calibrated)),
                ])
            })
    }

    /// What the team keeps: bugs that reached production, and boundaries.
    private var teamJSON: JSONValue {
        let boundaries = result.escapes.coverage(with: result.boundaries)
        return .members([
            (
                "escapes",
                .array(
                    result.escapes.escapes.map { one in
                        .members([
                            ("id", .string(one.id)), ("date", .string("\(one.date)")),
                            ("boundary", .string("\(one.boundary)")),
                            ("what", one.what.map { .string($0) }),
                            ("found_by", one.foundBy.map { .string($0) }),
                        ])
                    })
            ),
            (
                "boundaries",
                .array(
                    boundaries.map { one in
                        .members([
                            ("boundary", .string("\(one.boundary)")),
                            ("is_covered", .bool(one.isCovered)),
                        ])
                    })
            ),
            ("boundaries_covered", .number(boundaries.count { $0.isCovered })),
        ])
    }

    private static func json(_ cluster: HuntResult.Cluster) -> JSONValue {
        let reproducer = cluster.reproducer.map { one in
            JSONValue.members([
                ("folder", .string(one.folder)), ("records", .number(one.records)),
                ("atoms", .number(one.atoms)),
                ("kinds", .array(one.kinds.map { .string($0) })),
                ("is_minimal", .bool(one.isMinimal)),
                ("is_stopped", .bool(one.isStopped)), ("shown", .number(one.reproductions)),
                ("runs", .number(one.reproductionRuns)),
                ("shrinking_trials", .number(one.shrinkingTrials)),
                ("shrinking_candidates", .number(one.shrinkingCandidates)),
                ("parts_at_first", .number(one.partsAtFirst)),
                ("after_ms", .number(one.afterMs)),
            ])
        }
        return .members([
            ("failure", HuntJSON.failure(cluster.failure)),
            ("is_confirmed", .bool(cluster.isConfirmed)), ("is_open", .bool(cluster.isOpen)),
            ("trials", .number(cluster.count)),
            ("first_trial", .number(cluster.firstTrial)), ("seed", .string(cluster.firstSeed)),
            ("confirmations", .number(cluster.confirmations)),
            ("confirmation_runs", .number(cluster.confirmationRuns)),
            ("is_late", .bool(cluster.isLate)),
            ("moment", cluster.moment.map { .string($0) } ?? .null),
            ("flake_rate", .number("\(cluster.flakeRate)")),
            ("after_ms", .number(cluster.afterMs)), ("reproducer", reproducer),
        ])
    }
}
