import Foundation

/// This process's own connections to a broker, by their local ports: what the system asks is told from what is asked
/// here by that alone.
enum OwnConnections {
    /// Local ports of sockets whose other end is that port on loopback.
    ///
    /// - Complexity: O(open files)
    static func localPorts(to port: UInt16) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap(Int32.init) {
            guard let peer = address(of: descriptor, getpeername), peer == port,
                let own = address(of: descriptor, getsockname)
            else { continue }
            ports.insert(own)
        }
        return ports
    }

    /// The port at one end of a socket; nil where it is no TCP socket that is connected.
    private static func address(
        of descriptor: Int32,
        _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> UInt16? {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                ask(descriptor, $0, &length)
            }
        }
        guard code == 0 else { return nil }
        // Family and port stand at the same place in both kinds of address.
        let family = Int32(storage.sin6_family)
        guard family == AF_INET || family == AF_INET6 else { return nil }
        return UInt16(bigEndian: storage.sin6_port)
    }
}
