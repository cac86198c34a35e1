import MCAP

/// The topics of a recording, from its channels alone.
public enum RecordedTopics {
    /// - Throws: `RecordingError` where a file of it cannot be read.
    public static func names(in path: String) throws -> Set<String> {
        Set(try highestPartitions(in: path).keys)
    }

    /// The highest partition that is recorded of each topic.
    ///
    /// - Throws: `RecordingError` where a file of it cannot be read.
    public static func highestPartitions(in path: String) throws -> [String: Int32] {
        var highest: [String: Int32] = [:]
        for file in try RecordingReader(path: path).filePaths {
            let channels: [Channel]
            do throws(MCAPError) { channels = try MCAPReader(path: file).index().channels } catch {
                throw RecordingError(error, file)
            }
            for source in channels.compactMap({ RecordingChannel.source(of: $0) }) {
                highest[source.topic] = max(highest[source.topic] ?? 0, source.partition)
            }
        }
        return highest
    }
}
