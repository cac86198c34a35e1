import Records

/// Windows that are done with and whose memory is used again, by whichever partition closes one next.
///
/// The one that was given back last goes out first: it is still at hand in the processor's caches.
final class WindowPool {
    private var unused: [WindowBuffer] = []
    /// What an idle proxy keeps is within this.
    private var heldBytes = 0
    private static let mostBytes = 4 << 20

    func take(for source: TopicPartition, start: Offset) -> WindowBuffer {
        guard let window = unused.popLast() else {
            return WindowBuffer(source: source, start: start)
        }
        heldBytes -= window.heldBytes
        window.reset(for: source, start: start)
        return window
    }

    func give(back window: WindowBuffer) {
        let bytes = window.heldBytes
        if heldBytes + bytes > Self.mostBytes { return }
        heldBytes += bytes
        unused.append(window)
    }
}
