import KafkaClient

/// The spelling of bootstrap brokers: the client library takes a port of six digits for another one.
enum BrokerAddresses {
    /// - Throws: `Failure.usage` for the first that is no address.
    static func check(_ text: String, at place: String) throws {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let address = part.drop { $0 == " " }
            // Neither `PROTOCOL://` nor the colons of [an IPv6 address] are in front of a port.
            let host = address.lastIndex(of: "]").map { address[$0...] } ?? address
            guard !address.isEmpty else {
                throw Failure(
                    .usage, "\(place): \"\(text)\" has no broker in a place; write host:port")
            }
            guard let colon = host.lastIndex(of: ":"), !host[colon...].hasPrefix("://") else {
                continue
            }
            let port = host[host.index(after: colon)...]
            guard let number = UInt16(port), number > 0 else {
                throw Failure(
                    .usage,
                    "\(place): \"\(port)\" of \(address) is no port; write one from 1 to 65535")
            }
        }
    }
}
