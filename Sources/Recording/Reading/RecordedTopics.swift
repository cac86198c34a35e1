import MCAP

/// The topics of a recording, from its channels alone.
public enum RecordedTopics {
    /// - Throws: `RecordingError` where a file of it cannot be read.
    public static func names(in path: String) throws -> Set<String> {
        var names: Set<String> = []
        for file in try RecordingReader(path: path).filePaths {
            let channels: [Channel]
            do throws(MCAPError) { channels = try MCAPReader(path: file).index().channels } catch {
                throw RecordingError(error, file)
            }
            names.formUnion(channels.compactMap { RecordingChannel.source(of: $0)?.topic })
        }
        return names
    }
}
