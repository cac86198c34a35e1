import Arguments
import Proxy
import Recording
import Records

/// Where a group's positions come from: they say which transactions count, where files cannot tell.
struct PositionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask this group's positions which transactions count, where the files cannot tell.",
            example: "kerfuffle-orders"),
        as: .name)
    var group: String?

    @Option(
        help: ArgumentHelp(
            "A file with the group's positions, as kerfuffle positions prints them.",
            valueName: "file", example: "positions.jsonl"),
        completion: .files(extensions: ["jsonl"]))
    var positions: String?

    func validate() throws {
        if group != nil && positions != nil {
            throw ValidationError("--group and --positions: positions come from one place")
        }
    }

    /// nil where neither was given.
    ///
    /// - Parameter target: where the output has a cluster of its own, the positions are there.
    func committed(
        of schedules: [String], _ kafka: BrokerOptions, _ target: TargetOptions
    ) throws -> [TopicPartition: Chain.Committed]? {
        if let positions { return try PositionsFile.read(positions) }
        guard let group else { return nil }
        let sources = try Chain.sources(of: schedules)
        if let cluster = try target.cluster(group: group) {
            return try GroupPositions.read(cluster, group: group, of: sources)
        }
        return try GroupPositions.read(try kafka.client(), group: group, of: sources)
    }
}
