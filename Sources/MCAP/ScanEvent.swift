/// What a scan came upon. Pointers are good until the scan goes on.
enum ScanEvent {
    case header(Header)
    case schema(Schema)
    case channel(Channel)
    /// A message outside of any chunk.
    case message(MessageHeader, UnsafeRawBufferPointer)
    /// A chunk; its records, decompressed and checked, where the scan reads contents.
    case chunk(UnsafeRawBufferPointer)
    case messageIndex
    case attachment(AttachmentIndex)
    case metadata(Metadata)
    /// A record of a kind that the format does not define yet, or leaves to applications.
    case unknown
    case dataEnd(DataEnd)
}
