import CXXHash

/// XXH3 of 128 bits (xxHash 0.8's specification) over bytes that arrive in pieces; `xxhsum -H2` makes the
/// same. It tells what was changed by accident or by hand, not what somebody forged.
public final class XXH128 {
    private let state: OpaquePointer

    public init() {
        // It fails only without memory: nothing could go on.
        guard let state = XXH3_createState() else {
            preconditionFailure("no memory for the state of a digest")
        }
        self.state = state
        XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }

    /// The digest of everything so far, in its canonical form, most significant byte first; more may follow.
    public func digest() -> Digest {
        var canonical = XXH128_canonical_t()
        XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state))
        return Digest(bytes: withUnsafeBytes(of: canonical) { Array($0) })
    }
}
