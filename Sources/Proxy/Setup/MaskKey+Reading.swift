import Foundation
import Masking
import Perturbation

extension MaskKey {
    /// Reads a key: the bytes of a variable, or of a file that nobody else may read, without a line end
    /// behind them.
    ///
    /// - Throws: `ProxyError.refused`; no message has any of the key in it.
    public static func read(
        _ source: Operations.KeySource,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ProxyError) -> MaskKey {
        let bytes: [UInt8]
        let place: String
        switch source {
        case .environment(let name):
            place = "the environment variable \(name)"
            guard let value = environment[name] else {
                throw ProxyError(
                    .refused,
                    "the plan masks, and its key is not there: set \(place), or name a file with "
                        + "mask.secret or --mask-key-file")
            }
            bytes = Array(value.utf8)
        case .file(let path):
            place = path
            bytes = try contents(of: path)
        }
        guard let key = MaskKey(bytes) else {
            throw ProxyError(
                .refused,
                "\(place) holds a mask key of \(bytes.count) bytes, and \(leastBytes) are the least; "
                    + "make one with: openssl rand -hex 32")
        }
        return key
    }

    private static func contents(of path: String) throws(ProxyError) -> [UInt8] {
        func refusal(_ why: String) -> ProxyError { ProxyError(.refused, "\(path): \(why)") }
        // What was looked at is what is read: a file put in its place meanwhile is another one.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw refusal("the mask key cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal("the mask key is no file")
        }
        let mode = status.st_mode & 0o777
        guard mode == 0o600 || mode == 0o400 else {
            let text = String(mode, radix: 8)
            throw refusal(
                "the mask key may be read by others (mode 0\(text)); only 0600 and 0400 are taken: "
                    + "chmod 600 \(path)")
        }
        guard status.st_size <= mostBytes else {
            throw refusal("\(status.st_size) bytes are no mask key; \(mostBytes) are the most")
        }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count >= 0 else {
            throw refusal("the mask key cannot be read: \(String(cString: strerror(errno)))")
        }
        bytes.removeLast(bytes.count - count)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }

    private static let mostBytes = 4096
}

extension PlanDocument {
    /// The plan with what it masks tied to a key, and that key; the plan as it is where it masks nothing.
    ///
    /// - Parameter file: wins over what the document says.
    /// - Throws: `ProxyError.refused` where the key cannot be had or is not the one that the plan is for.
    public func keyed(file: String?) throws(ProxyError) -> (plan: Plan, key: MaskKey?) {
        guard var mask = plan.mask else { return (plan, nil) }
        let key = try MaskKey.read(file.map { .file($0) } ?? operations.key ?? .standard)
        if let wanted = mask.fingerprint, wanted != key.fingerprint {
            throw ProxyError(
                .refused,
                "the plan is for the mask key with the fingerprint \(wanted), and the one given has "
                    + key.fingerprint)
        }
        mask.fingerprint = key.fingerprint
        var plan = plan
        plan.mask = mask
        return (plan, key)
    }
}
