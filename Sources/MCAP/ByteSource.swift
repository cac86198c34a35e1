/// Bytes that can be read at any place.
public protocol ByteSource: AnyObject {
    /// How many bytes there are now.
    var byteCount: UInt64 { get throws(MCAPError) }

    /// Fills `buffer` from `offset` on and returns how many bytes it got: fewer only at the end.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(MCAPError) -> Int
}
