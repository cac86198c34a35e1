internal import CRdkafka

/// The library at run time.
public enum LibraryVersion {
    /// As in `2.0.2`.
    public static var text: String { String(cString: rd_kafka_version_str()) }
}
