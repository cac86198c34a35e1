import MCAP

/// What a recording says of itself, in a metadata record before the first chunk. Never credentials.
public struct RecordingIdentity: Hashable, Sendable {
    public static let formatVersion = "1"
    static let metadataName = "kerfuffle"

    /// One id for a recording and its schedule.
    public var id: String
    /// Program and version that wrote it.
    public var tool: String
    /// The cluster's id, or where it was found; empty where there was none.
    public var cluster: String
    /// The topics that were read, as they were asked for.
    public var subscriptions: [String]

    public init(id: String, tool: String, cluster: String = "", subscriptions: [String] = []) {
        self.id = id
        self.tool = tool
        self.cluster = cluster
        self.subscriptions = subscriptions
    }

    var metadata: Metadata {
        Metadata(
            name: Self.metadataName,
            entries: [
                "format_version": Self.formatVersion, "recording": id, "tool": tool,
                "clock": "unix-ns", "cluster": cluster,
                "subscriptions": subscriptions.joined(separator: "\n"),
            ])
    }

    /// - Throws: `RecordingError` where it is of no version that this program reads.
    init(_ metadata: Metadata, path: String) throws(RecordingError) {
        guard let version = metadata.entries["format_version"] else {
            throw RecordingError(.mismatch, path, "its metadata names no format version")
        }
        guard version == Self.formatVersion else {
            throw RecordingError(
                .mismatch, path,
                "format version \(version), which another version of Kerfuffle wrote; this program "
                    + "reads \(Self.formatVersion)")
        }
        id = metadata.entries["recording"] ?? ""
        tool = metadata.entries["tool"] ?? ""
        cluster = metadata.entries["cluster"] ?? ""
        subscriptions = (metadata.entries["subscriptions"] ?? "").split(separator: "\n")
            .map(String.init)
    }
}
