import Perturbation
import Records

/// Replaces what a plan masks in the records of one topic. From here on only masked bytes exist.
public struct Masker: Sendable {
    public enum Result: Hashable, Sendable {
        /// The record was appended.
        case masked
        /// The value is no JSON, and such records are left out.
        case dropped
    }

    private let tokens: Tokens
    private let keyForm: MaskPlan.Form?
    private let headers: [MaskPlan.HeaderMask]
    private var values: JSONMasker?
    private let onUnparsable: MaskPlan.Unparsable
    private var key: [UInt8] = []
    private var value: [UInt8] = []

    /// What stands in place of a value that is no JSON: it says nothing, is JSON, and no tombstone.
    public static let redacted = Array("\"[redacted]\"".utf8)

    /// nil where nothing of the topic is masked.
    public init?(_ plan: MaskPlan, key: MaskKey, topic: String) {
        func isFor(_ topics: [Glob]?) -> Bool {
            topics.map { $0.contains { $0.matches(topic) } } ?? true
        }
        tokens = Tokens(key)
        keyForm = plan.keys.first { isFor($0.topics) }?.form
        headers = plan.headers.filter { isFor($0.topics) }
        let fields = plan.fields.filter { isFor($0.topics) }
        values = fields.isEmpty ? nil : JSONMasker(fields, tokens)
        onUnparsable = plan.onUnparsable
        if keyForm == nil && headers.isEmpty && values == nil { return nil }
    }

    /// Appends a record of `raw` to `block`, masked; everything else of it stays.
    ///
    /// - Throws: `RecordError` where the block does not hold it.
    public mutating func mask(
        _ raw: RecordBlock, at index: Int, into block: inout RecordBlock
    ) throws(RecordError) -> Result {
        let entry = raw.entries[index]
        let outcome = raw.withUnsafeBytes { bytes in
            Swift.Result { () throws(RecordError) in try mask(entry, bytes, into: &block) }
        }
        return try outcome.get()
    }

    private mutating func mask(
        _ entry: RecordBlock.Entry, _ bytes: UnsafeRawBufferPointer, into block: inout RecordBlock
    ) throws(RecordError) -> Result {
        var newValue = entry.valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        var isReplaced = false
        if let original = newValue, !original.isEmpty, values != nil {
            value.removeAll(keepingCapacity: true)
            if values?.mask(original, to: &value) != true {
                switch onUnparsable {
                case .drop: return .dropped
                case .pass: value.replaceSubrange(0..., with: original)
                case .redact: value.replaceSubrange(0..., with: Self.redacted)
                }
            }
            isReplaced = true
        }
        var newKey = entry.keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        var isKeyReplaced = false
        if let keyForm, let original = newKey {
            key.removeAll(keepingCapacity: true)
            if keyForm == .redact {
                newKey = nil
            } else {
                tokens.append(keyForm, of: original, to: &key)
                isKeyReplaced = true
            }
        }
        try key.lend { maskedKey throws(RecordError) in
            try value.lend { maskedValue throws(RecordError) in
                if isKeyReplaced { newKey = maskedKey }
                if isReplaced { newValue = maskedValue }
                try block.beginRecord(
                    RecordBlock.Fields(
                        offset: entry.offset, timestamp: entry.timestamp, key: newKey,
                        value: newValue, arrivalNs: entry.arrivalNs))
            }
        }
        try appendHeaders(entry, bytes, to: &block)
        try block.endRecord(leaderEpoch: entry.leaderEpoch < 0 ? nil : entry.leaderEpoch)
        return .masked
    }

    // MARK: Headers

    private mutating func appendHeaders(
        _ entry: RecordBlock.Entry, _ bytes: UnsafeRawBufferPointer, to block: inout RecordBlock
    ) throws(RecordError) {
        var failure: RecordError?
        RecordBlock.forEachHeader(of: entry, in: bytes) { name, value in
            do throws(RecordError) {
                guard let value, let form = form(of: name) else {
                    return try block.appendHeader(name: name, value: value)
                }
                if form == .redact { return try block.appendHeader(name: name, value: nil) }
                key.removeAll(keepingCapacity: true)
                tokens.append(form, of: value, to: &key)
                try key.lend { token throws(RecordError) in
                    try block.appendHeader(name: name, value: token)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// How a header is replaced; a pattern never means those of a trace, only their own names do.
    private func form(of name: UnsafeRawBufferPointer) -> MaskPlan.Form? {
        let isTrace = Self.trace.contains { $0.elementsEqual(name) }
        return headers.first { header in
            isTrace ? header.name.text.utf8.elementsEqual(name) : header.name.matches(name)
        }?.form
    }

    private static let trace = [Array("traceparent".utf8), Array("tracestate".utf8)]
}
