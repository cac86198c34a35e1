/// The way in: reads one YAML document with all its problems.
public enum YAML {
    /// Reads a document and what it says.
    ///
    /// `read` is given the root and asks it for values; each bad or missing one is noted and comes
    /// back as nil. Only when all is read are the problems thrown, those of the document itself
    /// (duplicate keys, say) and those of its values together.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark.
    ///   - file: the name that problems print.
    /// - Throws: all problems of the document, sorted by place.
    /// - Complexity: O(bytes), and up to 100,000 values more where aliases are used.
    public static func read<Value>(
        _ bytes: [UInt8], file: String, _ read: (Element) -> Value?
    ) throws(ConfigurationError) -> Value {
        let problems = ProblemCollector(file: file)
        let root = tree(bytes, problems: problems)
        let value = root.flatMap { read(Element(node: $0, problems: problems)) }
        if problems.problems.isEmpty, let value { return value }
        if problems.problems.isEmpty {
            problems.add(
                "it holds nothing that can be used", accepted: nil, at: root?.place ?? .start)
        }
        throw ConfigurationError(problems.problems)
    }

    /// As above, from text at hand.
    public static func read<Value>(
        _ text: String, file: String, _ read: (Element) -> Value?
    ) throws(ConfigurationError) -> Value {
        try self.read(Array(text.utf8), file: file, read)
    }

    /// As above, from a tree that is read (and changed, it may be) already.
    public static func read<Value>(
        _ root: Node, file: String, _ read: (Element) -> Value?
    ) throws(ConfigurationError) -> Value {
        let problems = ProblemCollector(file: file)
        let value = read(Element(node: root, problems: problems))
        if problems.problems.isEmpty, let value { return value }
        if problems.problems.isEmpty {
            problems.add("it holds nothing that can be used", accepted: nil, at: root.place)
        }
        throw ConfigurationError(problems.problems)
    }

    /// The tree alone, for those who walk it themselves.
    ///
    /// - Throws: all problems of the document, sorted by place.
    public static func tree(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Node {
        let problems = ProblemCollector(file: file)
        if let root = tree(bytes, problems: problems), problems.problems.isEmpty { return root }
        throw ConfigurationError(problems.problems)
    }

    private static func tree(_ bytes: [UInt8], problems: ProblemCollector) -> Node? {
        guard bytes.count <= SmallFile.mostBytes else {
            problems.add(
                "\(bytes.count) bytes are too many",
                accepted: "at most \(SmallFile.mostBytes) are read",
                at: nil)
            return nil
        }
        guard !bytes.isEmpty else {
            problems.add("the file is empty", accepted: nil, at: .start)
            return nil
        }
        if let place = bytes.firstPlaceNotUTF8 {
            problems.add("not UTF-8 from here on", accepted: "save it as UTF-8", at: place)
            return nil
        }
        do {
            let root = try bytes.withUnsafeBufferPointer { bytes throws(SyntaxFault) in
                var builder = TreeBuilder(try EventStream(bytes), problems: problems)
                return try builder.document()
            }
            if root == nil { problems.add("the file holds no value", accepted: nil, at: .start) }
            return root
        } catch {
            add(error, of: bytes, to: problems)
            return nil
        }
    }

    private static func add(
        _ fault: SyntaxFault, of bytes: [UInt8], to problems: ProblemCollector
    ) {
        var place = fault.byteOffset.map { bytes.place(ofByte: $0) } ?? fault.place
        let end = bytes.place(ofByte: bytes.count)
        // libyaml sees a line behind the last one even where no line break ends that.
        if end.column > 1, place == Place(line: end.line + 1, column: 1) { place = end }
        if bytes.character(at: place) == "\t" {
            problems.add("a tab where spaces are due", accepted: "indent with spaces", at: place)
        } else {
            problems.add(fault.found, accepted: fault.accepted, at: place)
        }
    }
}
