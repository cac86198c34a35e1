import MCAP
import Records

/// What a recording promises of its channels: within one, offsets and times of arrival rise, so that
/// an offset can be found by binary search.
///
/// A channel in which they do not (a topic that was made anew, records that were read twice under
/// at-least-once) is named by a metadata record of its own, in front of the first chunk that breaks
/// the promise.
enum ChannelOrder {
    static let metadataName = "kerfuffle.unordered"

    static func metadata(ofUnordered channel: UInt16) -> Metadata {
        Metadata(name: metadataName, entries: ["channel": String(channel)])
    }

    /// The channels of a file that keep no order.
    static func unordered(in reader: MCAPReader) throws(MCAPError) -> Set<UInt16> {
        var channels: Set<UInt16> = []
        for entry in try reader.index().metadata where entry.name == metadataName {
            let text = try reader.metadata(entry).entries["channel"]
            if let channel = text.flatMap({ UInt16($0) }) { channels.insert(channel) }
        }
        return channels
    }
}

/// Offset and time of arrival of a record.
struct RecordPlace: Hashable {
    var offset: Offset
    var arrivalNs: UInt64

    /// Whether this may follow `other` in a channel that keeps its order.
    func follows(_ other: RecordPlace) -> Bool {
        offset > other.offset && arrivalNs > other.arrivalNs
    }
}
