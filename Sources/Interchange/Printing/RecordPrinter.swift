import Perturbation
import Records

/// Writes records as text, one after the other, in one of several formats.
public struct RecordPrinter {
    public let format: PrintedFormat
    /// Records whose key, value or a header is no UTF-8, in a format that has no mark for that.
    public private(set) var recordsOfRawBytes: UInt64 = 0

    private var scratch = TextBuffer()
    private let console: ConsoleLayout
    private var losses: ConsoleLosses

    /// - Parameter console: how lines of ``PrintedFormat/console`` look.
    public init(
        _ format: PrintedFormat, console: ConsoleLayout = ConsoleLayout(topic: "", fields: [.value])
    ) {
        self.format = format
        self.console = console
        losses = ConsoleLosses(console)
    }

    /// What stands before the first record.
    public func begin(into text: inout TextBuffer) {
        if format == .csv { CSVColumn.appendNames(into: &text) }
    }

    /// Appends one record of a block.
    ///
    /// - Parameter copy: the how-manieth repetition it is, the original being 0; shown in NDJSON alone,
    ///   and only where it is none of the original.
    /// - Complexity: O(bytes of the record).
    public mutating func append(
        _ block: RecordBlock, at index: Int, copy: Int32 = 0, into text: inout TextBuffer
    ) {
        let entry = block.entries[index]
        block.withUnsafeBytes { bytes in
            let view = RecordView(source: block.source, entry: entry, bytes: bytes)
            switch format {
            case .readable: text.append(readable: view)
            case .ndjson: text.append(ndjson: view, copy: copy)
            case .csv: text.append(csv: view, scratch: &scratch)
            case .console:
                let start = text.count
                text.append(console: view, console)
                text.withUnsafeBytes {
                    losses.count(view, UnsafeRawBufferPointer(rebasing: $0[start...]))
                }
            case .kcat:
                text.append(kcat: view)
                if !view.isAllText { recordsOfRawBytes += 1 }
            }
        }
    }

    /// What the format could not keep of the records so far, a sentence each.
    public var notices: [String] {
        guard recordsOfRawBytes > 0 else { return losses.notices }
        return [
            "\(recordsOfRawBytes) records hold bytes that are not UTF-8; kcat writes such bytes "
                + "as they are, and so does this, but strict JSON readers refuse them (ndjson and "
                + "csv have a mark for them)"
        ]
    }
}

/// How records can be written.
public enum PrintedFormat: String, Hashable, Sendable, CaseIterable {
    /// A line a record, for people.
    case readable
    /// A JSON object a line, without any loss.
    case ndjson
    /// The JSON envelope of `kcat -C -J`.
    case kcat
    /// RFC 4180, without any loss.
    case csv
    /// Lines for kafka-console-producer.
    case console
}

/// One record, lent.
struct RecordView {
    let source: TopicPartition
    let entry: RecordBlock.Entry
    let bytes: UnsafeRawBufferPointer

    var key: UnsafeRawBufferPointer? {
        entry.keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    var value: UnsafeRawBufferPointer? {
        entry.valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    func forEachHeader(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        RecordBlock.forEachHeader(of: entry, in: bytes, body)
    }

    var isAllText: Bool {
        var isText =
            (key.map(UTF8Check.isText) ?? true) && (value.map(UTF8Check.isText) ?? true)
        forEachHeader { name, value in
            isText =
                isText && UTF8Check.isText(name) && (value.map(UTF8Check.isText) ?? true)
        }
        return isText
    }
}

extension Timestamp.Kind {
    /// The word for it in files; nil for none.
    var word: StaticString? {
        switch self {
        case .none: nil
        case .create: "create"
        case .logAppend: "log_append"
        }
    }
}
