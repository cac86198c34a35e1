import Configuration

extension Normalisation {
    /// Reads `normalize:` of a hunt file.
    ///
    /// - Parameter streams: names that there are; nil: any name will do.
    public init(_ element: Element, streams: [String]? = nil) {
        self.init()
        rules =
            element.sequence { rule in
                rule.section { section in Rule(section, streams: streams) }
            } ?? []
    }
}

extension Normalisation.Rule {
    fileprivate init?(_ section: Section, streams known: [String]?) {
        self.init()
        let name = known.map { ValueParser.reference("stream", among: $0) } ?? .name("stream name")
        streams = section["stream"]?.oneOrMore { $0.value(as: name) } ?? []
        format = section.optional("as", as: .word("format"), default: .json)
        part = section.optional("part", as: .word("part"), default: .value)
        origin = "\(section.element.path) at \(section.element.place)"
        let strip = paths(section["strip"])
        let times = units(section["times"])
        let round = digits(section["round"])
        let names = kinds(section["names"])
        let jq = section["jq"]?.jq()
        let sort = paths(section["sort"])

        steps += strip.map { .jq($0.wrapped { "del(\($0))" }) }
        steps += times
        steps += round.map { path, digits in
            let scale = "1" + String(repeating: "0", count: digits)
            return .jq(
                path.wrapped {
                    "(\($0)) |= (if type == \"number\" then (. * \(scale) | round) / \(scale) else . end)"
                })
        }
        steps += names
        if let jq { steps.append(.jq(jq)) }
        steps += sort.map {
            .jq($0.wrapped { "(\($0)) |= (if type == \"array\" then sort else . end)" })
        }
        if format != .json, steps.count > (jq == nil ? 0 : 1) {
            section["as"]?.problem(
                "\"\(format.rawValue)\" has no fields: of the rules jq alone can be used",
                accepted: "write as: json, or jq alone")
        }
    }

    /// Expressions of paths, one or several.
    private func paths(_ element: Element?) -> [JQExpression] {
        element?.oneOrMore { $0.path() } ?? []
    }

    /// `{.price: 2}`
    private func digits(_ element: Element?) -> [(JQExpression, Int)] {
        element?.entries { key, value in
            let digits = value.value(as: .integer.within(0...15))
            let path = key.path()
            return digits.flatMap { digits in path.map { ($0, digits) } }
        } ?? []
    }

    /// `{.paymentId: payment}`
    private func kinds(_ element: Element?) -> [Normalisation.Step] {
        element?.entries { key, value in
            let kind = value.value(as: ValueParser.name("name"))
            let paths = key.path()?.wrapped { "[path(\($0))]" }
            return kind.flatMap { kind in paths.map { .names(kind, paths: $0) } }
        } ?? []
    }

    /// `[.createdAt]`, or `{.createdAt: 1s}`: rounded down to whole seconds.
    private func units(_ element: Element?) -> [Normalisation.Step] {
        guard let element else { return [] }
        if case .mapping = element.node.content {
            return element.entries { key, value in
                let unit = value.value(as: .microseconds)
                if let unit, unit < 1000 || unit % 1000 != 0 {
                    value.problem(
                        "is no whole number of milliseconds", accepted: "write 1s or 10ms")
                }
                let paths = key.path()?.wrapped { "[path(\($0))]" }
                return unit.flatMap { unit in
                    paths.map { .times(paths: $0, unitMs: max(1, unit / 1000)) }
                }
            } ?? []
        }
        return paths(element).map { .times(paths: $0.wrapped { "[path(\($0))]" }, unitMs: 1) }
    }
}

extension Element {
    /// An expression that names places in a value, as `del` takes it.
    fileprivate func path() -> JQExpression? {
        guard let expression = jq() else { return nil }
        if case .success(let program) = JQProgram.compiling("path(\(expression.text))") {
            // What is no path says so on any input; other errors are about the input.
            do { _ = try program.results(of: .null) } catch {
                if error.message.contains("Invalid path expression") { return isNoPath() }
            }
            return expression
        }
        return isNoPath()
    }

    private func isNoPath() -> JQExpression? {
        problem("is no path", accepted: "write .updatedAt or .items[].id")
        return nil
    }
}

extension JQExpression {
    func wrapped(_ wrap: (String) -> String) -> JQExpression {
        JQExpression(text: wrap(text), origin: origin)
    }
}
