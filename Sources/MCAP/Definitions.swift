/// The schemas and channels of a file.
struct Definitions {
    private(set) var schemas: [UInt16: Schema] = [:]
    private(set) var channels: [UInt16: Channel] = [:]
    /// A bit for each channel number, for the question that every message asks.
    private var known = [UInt64](repeating: 0, count: 1024)

    @inline(__always)
    func isKnown(_ channel: UInt16) -> Bool {
        known[Int(channel >> 6)] >> (channel & 63) & 1 == 1
    }

    /// Adds a schema; false where the same one is there already.
    ///
    /// - Throws: a fault where the number stands for another schema.
    @discardableResult
    mutating func add(_ schema: Schema) throws(Fault) -> Bool {
        guard let before = schemas.updateValue(schema, forKey: schema.id) else { return true }
        guard before == schema else {
            schemas[schema.id] = before
            throw Fault(
                .changed,
                "schema \(schema.id) (\(schema.name)) was “\(before.name)” before and "
                    + "differs; one number stands for one schema")
        }
        return false
    }

    /// Adds a channel; false where the same one is there already.
    ///
    /// - Parameter needsSchema: a summary may repeat channels without their schemas.
    /// - Throws: a fault where the number stands for another channel, or its schema is unknown.
    @discardableResult
    mutating func add(
        _ channel: Channel, needsSchema: Bool = true
    ) throws(Fault) -> Bool {
        guard !needsSchema || channel.schemaID == 0 || schemas[channel.schemaID] != nil else {
            throw Fault(
                .changed,
                "channel \(channel.id) (\(channel.topic)) names schema "
                    + "\(channel.schemaID), which nothing before it defines")
        }
        if let before = channels[channel.id] {
            guard before == channel else {
                throw Fault(
                    .changed,
                    "channel \(channel.id) (\(channel.topic)) was “\(before.topic)” "
                        + "before and differs; one number stands for one channel")
            }
            return false
        }
        channels[channel.id] = channel
        known[Int(channel.id >> 6)] |= 1 << (channel.id & 63)
        return true
    }

    var count: Int { schemas.count + channels.count }

    /// By rising number.
    var sortedSchemas: [Schema] { schemas.values.sorted { $0.id < $1.id } }
    var sortedChannels: [Channel] { channels.values.sorted { $0.id < $1.id } }
}
