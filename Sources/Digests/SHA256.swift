import CCrypto

/// A digest: 32 bytes of SHA-256 or 16 of XXH3, written in hexadecimal digits.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// The first eight bytes as a little-endian number.
    public var word: UInt64 {
        bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// SHA-256 (FIPS 180-4) by libcrypto over bytes that arrive in pieces.
public final class SHA256 {
    private let context: OpaquePointer

    public init() {
        // Both fail only without memory or without SHA-256 in the library: nothing could go on.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Starts anew.
    public func reset() {
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    /// The digest of everything so far; more may follow.
    public func digest() -> Digest {
        let copy = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(copy) }
        EVP_MD_CTX_copy_ex(copy, context)
        var bytes = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(copy, &bytes, nil)
        return Digest(bytes: bytes)
    }

    public static func digest(of bytes: [UInt8]) -> Digest {
        let hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}
