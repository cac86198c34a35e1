/// What a check of a whole file found.
public struct CheckReport: Equatable, Sendable {
    public let ending: Ending
    /// Counted over what is whole, not taken from the summary.
    public let statistics: Statistics
    /// The first byte behind the last whole record of the data.
    public let wholeBytes: UInt64
    public let fileBytes: UInt64
    /// Records of kinds that this version does not know; they were passed over.
    public let unknownRecords: Int
}

extension MCAPReader {
    /// Reads everything and checks it: each chunk's size, checksum and records, each message index
    /// against its chunk, the checksum over the data, the summary against the data.
    ///
    /// - Throws: only what the source throws; damage is part of the answer.
    public func check() throws(MCAPError) -> CheckReport {
        let scanner = try DataScanner(source, .contents, limits: limits, computesCRC: true)
        do throws(MCAPError) {
            while try scanner.next() != nil {}
        } catch  where error.damage == nil {
            throw error
        } catch {}
        return CheckReport(
            ending: scanner.checkedEnding, statistics: scanner.contents.statistics,
            wholeBytes: scanner.wholeBytes, fileBytes: try source.byteCount,
            unknownRecords: scanner.unknownRecords)
    }
}

extension DataScanner {
    /// How the file ends, and for one that is whole, whether its summary is borne out by its data.
    var checkedEnding: Ending {
        guard ending == .closed, let summary, let reason = summary.contradiction(to: contents)
        else { return ending ?? .open }
        return .damaged(
            Damage(
                kind: .changed, byte: summary.footer.summaryStart,
                chunks: UInt64(contents.chunks.count), messages: contents.tally.messages,
                reason: reason))
    }
}

extension SummarySection {
    /// What this summary says that the data do not bear out; nil where everything it says is so. What
    /// it leaves out is no contradiction.
    func contradiction(to data: Contents) -> String? {
        if contents.definitions.schemas.contains(where: { data.definitions.schemas[$0] != $1 }) {
            return "the summary has a schema that the data do not have"
        }
        if contents.definitions.channels.contains(where: { data.definitions.channels[$0] != $1 }) {
            return "the summary has a channel that the data do not have"
        }
        if let statistics, let reason = contradiction(statistics, data.statistics) {
            return reason
        }
        if !contents.chunks.isEmpty {
            guard contents.chunks.count == data.chunks.count else {
                return "the summary has \(contents.chunks.count) chunks, "
                    + "the data \(data.chunks.count)"
            }
            let named = contents.chunks.sorted { $0.chunkStart < $1.chunkStart }
            for (said, found) in zip(named, data.chunks) where !said.agrees(with: found) {
                return "the summary tells otherwise of the chunk at byte \(found.chunkStart)"
            }
        }
        if !contents.attachments.isEmpty && contents.attachments != data.attachments {
            return "the summary has other attachments than the data"
        }
        if !contents.metadata.isEmpty && contents.metadata != data.metadata {
            return "the summary has other metadata than the data"
        }
        return nil
    }

    private func contradiction(_ said: Statistics, _ found: Statistics) -> String? {
        var comparable = said
        if said.channelMessages.isEmpty {
            comparable.channelMessages = found.channelMessages
        } else {
            comparable.channelMessages = said.channelMessages.filter { $0.messages > 0 }
                .sorted { $0.channelID < $1.channelID }
        }
        guard comparable != found else { return nil }
        return "the summary counts \(said.messages) messages in \(said.chunks) chunks, "
            + "the data have \(found.messages) in \(found.chunks)"
            + (said.messages == found.messages && said.chunks == found.chunks
                ? ", and other counts differ" : "")
    }
}

extension ChunkIndex {
    fileprivate func agrees(with found: ChunkIndex) -> Bool {
        var comparable = self
        comparable.messageIndexOffsets = found.messageIndexOffsets
        let offsets = messageIndexOffsets.sorted { $0.byte < $1.byte }
        return comparable == found
            && (offsets.isEmpty || offsets == found.messageIndexOffsets)
    }
}
