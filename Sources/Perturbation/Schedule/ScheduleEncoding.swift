import Records

/// Lines of a schedule other than decisions; each ends with a line feed. Keys stand in a fixed order,
/// partitions by topic and number: equal lines are equal bytes.
extension TextBuffer {
    public mutating func append(_ header: ScheduleHeader) {
        append(text: ScheduleHeader.start)
        append("\"version\":")
        append(ScheduleHeader.formatVersion)
        append(",\"recording\":")
        append(quoted: header.recording)
        append(",\"tool\":")
        append(quoted: header.tool)
        append(",\"generator\":")
        append(quoted: ScheduleHeader.generator)
        if header.digest != .sha256 {
            append(",\"digest\":")
            append(quoted: header.digest.rawValue)
        }
        if header.mayRepeat { append(",\"delivery\":\"at-least-once\"") }
        append(",\"plan\":")
        append(text: header.plan.canonicalText)
        append("}\n")
    }

    public mutating func append(_ segment: Segment) {
        append("{\"segment\":")
        append(quoted: "\(segment.source)@\(segment.start)")
        append(",\"epoch\":")
        append(segment.epoch)
        if let through = segment.through {
            append(",\"through\":")
            append(quoted: "\(segment.source)@\(through)")
            append(",\"emitted\":")
            append(segment.emitted)
        }
        if let parent = segment.parent {
            append(",\"parent\":{\"recording\":")
            append(quoted: parent.recording)
            append(",\"epoch\":")
            append(parent.epoch)
            append("}")
        }
        if let unrecorded = segment.unrecorded {
            append(unrecorded.isRemoved ? ",\"removed\"" : ",\"unrecorded\"")
            append(":{\"offset\":")
            append(unrecorded.start)
            if unrecorded.emitted > 0 {
                append(",\"emitted\":")
                append(unrecorded.emitted)
            }
            append("}")
        }
        append("}\n")
    }

    public mutating func append(_ closing: Closing) {
        append("{\"window\":")
        append(quoted: "\(closing.source)@\(closing.start)")
        append(",\"through\":")
        append(quoted: "\(closing.source)@\(closing.through)")
        append(",\"closed\":")
        append(quoted: closing.reason.rawValue)
        append("}\n")
    }

    public mutating func append(_ again: SentAgain) {
        append("{\"window\":")
        append(quoted: "\(again.source)@\(again.start)")
        append(",\"through\":")
        append(quoted: "\(again.source)@\(again.through)")
        append(",\"op\":\"again\"}\n")
    }

    public mutating func appendRemoved() { append("{\"removed\":true}\n") }

    public mutating func append(unrecorded sources: [TopicPartition]) {
        append("{\"unrecorded\":[")
        for (index, source) in sources.enumerated() {
            if index > 0 { append(",") }
            append(quoted: source.description)
        }
        append("]}\n")
    }

    public mutating func append(_ loss: Loss) {
        append("{\"lost\":")
        append(quoted: "\(loss.source)@\(loss.start)")
        append(",\"through\":")
        append(quoted: "\(loss.source)@\(loss.through)")
        append(",\"went_on\":")
        append(quoted: loss.policy.rawValue)
        append("}\n")
    }

    public mutating func append(checkpoint: Checkpoint) {
        append("{\"checkpoint\":")
        appendBody(of: checkpoint)
    }

    public mutating func append(end: Checkpoint) {
        append("{\"end\":")
        appendBody(of: end)
    }

    public mutating func append(inDoubt checkpoint: Int64) {
        append("{\"in_doubt\":")
        append(checkpoint)
        append("}\n")
    }

    private mutating func appendBody(of checkpoint: Checkpoint) {
        append(checkpoint.number)
        append(",\"next\":{")
        let sources = checkpoint.positions.keys.sorted()
        for (index, source) in sources.enumerated() {
            guard let position = checkpoint.positions[source] else { continue }
            if index > 0 { append(",") }
            append(quoted: source.description)
            append(":{\"offset\":")
            append(position.next)
            append(",\"epoch\":")
            append(position.epoch)
            append(",\"records\":")
            append(position.records)
            append(",\"digest\":")
            append(quoted: position.digest)
            if let part = position.part {
                append(",\"through\":")
                append(part.through)
                append(",\"emitted\":")
                append(part.emitted)
            }
            append("}")
        }
        append("}")
        if let place = checkpoint.recording {
            append(",\"recording\":{\"file\":")
            append(place.file)
            append(",\"bytes\":")
            append(place.bytes)
            append("}")
        }
        append("}\n")
    }
}
