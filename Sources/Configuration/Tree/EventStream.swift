import CYAML

/// The events of a YAML text as libyaml reads them, one at a time, as Swift values.
///
/// The bytes must stay where they are as long as the stream lives: make it inside of
/// `withUnsafeBufferPointer`.
struct EventStream: ~Copyable {
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case alias(String)
            case scalar(String, quoted: Bool)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        }
        let kind: Kind
        let place: Place
        var anchor: String?
        var tag: String?
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(SyntaxFault) {
        parser = .allocate(capacity: 1)
        // From here on `deinit` frees it, also where this throws.
        guard yaml_parser_initialize(parser) == 1 else {
            throw SyntaxFault(place: .start, found: "libyaml has no memory to read it")
        }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(SyntaxFault) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw SyntaxFault(of: parser.pointee) }
        defer { yaml_event_delete(&event) }
        let place = Place(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, place: place)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, place: place)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, place: place)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, place: place)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, place: place)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(String(yaml: event.data.alias.anchor) ?? ""), place: place)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self)
            return Event(
                kind: .scalar(text, quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE),
                place: place, anchor: String(yaml: scalar.anchor), tag: String(yaml: scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return Event(
                kind: .sequenceStart, place: place, anchor: String(yaml: start.anchor),
                tag: String(yaml: start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return Event(
                kind: .mappingStart, place: place, anchor: String(yaml: start.anchor),
                tag: String(yaml: start.tag))
        default: return Event(kind: .streamEnd, place: place)
        }
    }
}

extension Place {
    init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}

extension String {
    init?(yaml text: UnsafePointer<UInt8>?) {
        guard let text else { return nil }
        self.init(cString: text)
    }
}
