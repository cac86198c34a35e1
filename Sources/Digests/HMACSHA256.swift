import CCrypto

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) under one key: a keyed digest of messages.
///
/// The key's two blocks are digested once, so a short message costs two compressions. A value without
/// any reference: it may be copied and used by several threads.
public struct HMACSHA256: Sendable {
    /// 32 bytes.
    public typealias Code = SIMD32<UInt8>

    private let inner: SHA256_CTX
    private let outer: SHA256_CTX

    private static let blockBytes = 64

    /// - Parameter key: any number of bytes; more than 64 are digested first, as the RFC says.
    public init(key: [UInt8]) {
        var block = key.count > Self.blockBytes ? SHA256.digest(of: key).bytes : key
        block += [UInt8](repeating: 0, count: Self.blockBytes - block.count)
        inner = Self.begin(block.map { $0 ^ 0x36 })
        outer = Self.begin(block.map { $0 ^ 0x5C })
    }

    private static func begin(_ block: [UInt8]) -> SHA256_CTX {
        var context = SHA256_CTX()
        SHA256_Init(&context)
        SHA256_Update(&context, block, block.count)
        return context
    }

    /// The code of a message.
    ///
    /// - Complexity: O(bytes); no allocation.
    public func code(of message: UnsafeRawBufferPointer) -> Code {
        var context = inner
        var code = Code()
        SHA256_Update(&context, message.baseAddress, message.count)
        withUnsafeMutableBytes(of: &code) { bytes in
            let digest = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            SHA256_Final(digest, &context)
            context = outer
            SHA256_Update(&context, digest, bytes.count)
            SHA256_Final(digest, &context)
        }
        return code
    }

    public func code(of message: [UInt8]) -> Code {
        message.withUnsafeBytes { code(of: $0) }
    }
}

extension HMACSHA256: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is derived from a key is as secret as the key.
    public var description: String { "HMACSHA256" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
