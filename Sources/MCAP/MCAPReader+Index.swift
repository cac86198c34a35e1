extension MCAPReader {
    /// What the file holds and where: from its summary, or from the whole file where there is none, it
    /// is damaged or it leaves something out.
    ///
    /// Kept after the first call. Damage does not make it throw: the index covers what is readable
    /// before, and ``FileIndex/ending`` tells.
    public func index() throws(MCAPError) -> FileIndex {
        if let known = knownIndex { return known }
        let index: FileIndex
        if let summarised = try indexOfSummary() {
            index = summarised
        } else {
            index = try indexOfData()
        }
        knownIndex = index
        return index
    }

    /// The summary of a closed file, checked; nil where there is none that holds.
    func summary() throws(MCAPError) -> SummarySection? {
        let size = try source.byteCount
        let tail = UInt64(Layout.footer + Layout.magic.count)
        guard size > tail + UInt64(Layout.magic.count) else { return nil }
        do throws(Fault) {
            var stream = RecordStream(source, from: size - tail, to: size, computesCRC: false)
            guard let place = try stream.place(), place.opcode == Opcode.footer.rawValue,
                place.length == UInt64(Layout.footer)
            else { return nil }
            let footer = try Footer(content: try stream.content(of: place, limits: limits))
            guard footer.summaryStart > 0, footer.summaryStart < size - tail else { return nil }
            return try SummarySection(
                of: source, from: footer.summaryStart, to: size, limits: limits)
        } catch {
            if case .failed(let error) = error.cause { throw error }
            return nil
        }
    }

    private func indexOfSummary() throws(MCAPError) -> FileIndex? {
        guard let summary = try summary(), let statistics = summary.statistics else { return nil }
        let contents = summary.contents
        let isWhole =
            Int(statistics.chunks) == contents.chunks.count
            && Int(statistics.channels) == contents.definitions.channels.count
            && Int(statistics.schemas) == contents.definitions.schemas.count
            && Int(statistics.attachments) == contents.attachments.count
            && Int(statistics.metadata) == contents.metadata.count
        guard isWhole, let dataBytes = try endOfData(of: summary) else { return nil }
        return FileIndex(
            contents, statistics: statistics, runs: [], ending: .closed, dataBytes: dataBytes,
            isFromSummary: true)
    }

    /// Goes through what lies between the places that a summary names, and answers where the data end.
    ///
    /// Messages outside of chunks stand in no index. Nil where there are any, or another record that
    /// should be in the summary.
    private func endOfData(of summary: SummarySection) throws(MCAPError) -> UInt64? {
        var known: [Range<UInt64>] = []
        let places =
            summary.contents.chunks.map { ($0.chunkStart, $0.end) }
            + summary.contents.attachments.map { ($0.start, $0.end) }
            + summary.contents.metadata.map { ($0.start, $0.end) }
        for (start, end) in places {
            guard let end else { return nil }
            known.append(start..<end)
        }
        known.sort { $0.lowerBound < $1.lowerBound }
        let end = summary.footer.summaryStart
        var position = UInt64(Layout.magic.count)
        var dataEnd: UInt64?
        for part in known + [end..<end] {
            guard part.lowerBound >= position, part.upperBound <= end, dataEnd == nil,
                try holdsOnlyDefinitions(position..<part.lowerBound, &dataEnd)
            else { return nil }
            position = part.upperBound
        }
        return dataEnd
    }

    private func holdsOnlyDefinitions(
        _ gap: Range<UInt64>, _ dataEnd: inout UInt64?
    ) throws(MCAPError) -> Bool {
        if gap.isEmpty { return true }
        do throws(Fault) {
            var stream = RecordStream(
                source, from: gap.lowerBound, to: gap.upperBound, computesCRC: false,
                step: 1 << 12)
            while let place = try stream.place() {
                switch Opcode(rawValue: place.opcode) {
                case .header, .schema, .channel, nil: break
                case .dataEnd where place.end == gap.upperBound: dataEnd = place.start
                default: return false
                }
                try stream.advance(place.length)
            }
            return true
        } catch {
            if case .failed(let error) = error.cause { throw error }
            return false
        }
    }

    private func indexOfData() throws(MCAPError) -> FileIndex {
        let scanner = try DataScanner(source, .headers, limits: limits, computesCRC: false)
        do throws(MCAPError) {
            while try scanner.next() != nil {}
        } catch  where error.damage == nil {
            throw error
        } catch {}
        return FileIndex(
            scanner.contents, statistics: scanner.contents.statistics, runs: scanner.runs,
            ending: scanner.checkedEnding, dataBytes: scanner.wholeBytes, isFromSummary: false)
    }
}
