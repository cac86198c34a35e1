/// A topic as a producer knows it; of that producer only, and as long as it lives.
public struct ProducerTopic {
    let pointer: OpaquePointer
}
