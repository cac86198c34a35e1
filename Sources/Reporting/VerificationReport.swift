import Perturbation
import Recording

/// What a comparison found, for people and for programs.
public struct VerificationReport {
    private let result: Verification

    public init(_ result: Verification) {
        self.result = result
    }

    public var text: String {
        let differences = result.differences.map { difference in
            "\(difference.source), delivery \(difference.delivery): \(difference.kind.rawValue): "
                + "\(difference.explanation)\n"
        }
        let sum =
            result.differences.isEmpty
            ? "\(result.verified) deliveries, each as it should be\n"
            : "\(result.verified) deliveries as they should be before the first difference of each "
                + "partition\n"
        let lost =
            result.lostOffsets > 0
            ? "\(result.lostOffsets) offsets were gone before they were read; the schedule says which\n"
            : ""
        let unrecorded = result.unrecorded.map { gap in
            "\(gap.source): \(gap.start) " + (gap.end.map { "to \($0 - 1)" } ?? "and what follows")
                + (gap.isRemoved
                    ? " were removed by retention" : " are in no file, as the recording had failed")
                + ": nothing can be said of \(gap.deliveries) deliveries\n"
        }
        let again =
            result.repeated > 0
            ? "\(result.repeated) deliveries came again, of windows that the schedule names as sent "
                + "again\n"
            : ""
        return differences.joined() + unrecorded.joined() + sum + again + lost
    }

    public var json: JSONValue {
        .members([
            ("verified", .number(result.verified)),
            ("again", .number(result.repeated)), ("lost_offsets", .number(result.lostOffsets)),
            (
                "unrecorded",
                .array(
                    result.unrecorded.map { gap in
                        .members([
                            ("input", .string("\(gap.source)")), ("start", .number(gap.start)),
                            ("end", gap.end.map { .number($0) } ?? .null),
                            ("deliveries", .number(gap.deliveries)),
                            ("removed", .bool(gap.isRemoved)),
                        ])
                    })
            ),
            (
                "differences",
                .array(
                    result.differences.map { difference in
                        .members([
                            ("output", .string("\(difference.source)")),
                            ("delivery", .number(difference.delivery)),
                            ("kind", .string(difference.kind.rawValue)),
                            ("explanation", .string(difference.explanation)),
                        ])
                    })
            ),
        ])
    }
}
