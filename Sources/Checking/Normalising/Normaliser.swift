/// Applies a normalisation to what one trial showed. Names and times begin anew with each trial; one normaliser
/// belongs to one task and compiles each expression once.
struct Normaliser {
    let rules: [Normalisation.Rule]
    let programs: JQPrograms

    /// - Returns: the same evidence, topics of changes folded, and every stream as the rules leave it. A rule that
    ///   gives nothing for a record takes it away.
    /// - Throws: which rule fails on which record.
    /// - Complexity: O(bytes); streams that no rule names and that are no changes are not touched.
    func normalised(_ evidence: Evidence) throws(CheckingError) -> Evidence {
        var result = evidence
        result.observations = []
        for observation in evidence.observations {
            result.observations +=
                observation.kind == .changes ? ChangeFolding.folded(observation) : [observation]
        }
        var names = Names()
        for rule in rules {
            for index in result.observations.indices {
                let name = result.observations[index].name
                guard rule.streams.isEmpty || rule.streams.contains(name) else { continue }
                result.observations[index].records = try apply(
                    rule, to: result.observations[index], &names)
            }
        }
        return result
    }

    private func apply(
        _ rule: Normalisation.Rule, to observation: Observation, _ names: inout Names
    ) throws(CheckingError) -> ObservedRecords {
        let records = observation.records
        var result = ObservedRecords()
        result.reserve(records: records.count, bytes: 0)
        var epochs = Epochs()
        for index in records.indices {
            let (key, value) = (records.key(of: index), records.value(of: index))
            guard let old = rule.part == .key ? key : value else {
                result.append(index, of: records, key: key, value: value)
                continue
            }
            guard let input = rule.format.input(old) else {
                throw CheckingError(
                    "\(rule.origin): the \(rule.part.rawValue) of \(observation.name), "
                        + "\(records.name(of: index)), is no JSON; write as: text or bytes")
            }
            do {
                var current: JQValue? = input
                for (number, step) in rule.steps.enumerated() {
                    guard let value = current else { break }
                    current = try self.value(
                        of: step, number, for: value, key: key, &names, &epochs)
                }
                guard let current else { continue }
                let new = rule.format.output(current)
                result.append(
                    index, of: records, key: rule.part == .key ? new : key,
                    value: rule.part == .key ? value : new)
            } catch {
                throw CheckingError(
                    "\(rule.origin): fails on \(observation.name), \(records.name(of: index)): "
                        + error.message)
            }
        }
        return result
    }

    private func value(
        of step: Normalisation.Step, _ number: Int, for value: JQValue, key: [UInt8]?,
        _ names: inout Names, _ epochs: inout Epochs
    ) throws(JQError) -> JQValue? {
        switch step {
        case .jq(let expression): return try program(expression).result(of: value)
        case .names(let kind, let paths):
            return try replacing(paths, in: value) { names.name(of: $0, kind: kind, key: key) }
        case .times(let paths, let unitMs):
            return try replacing(paths, in: value) { epochs.offset(of: $0, step: number, unitMs) }
        }
    }

    /// Exchanges what stands at each path and is not null.
    private func replacing(
        _ paths: JQExpression, in value: JQValue, _ replacement: (JQValue) -> JQValue?
    ) throws(JQError) -> JQValue {
        var result = value
        for path in try program(paths).result(of: value)?.elements ?? [] {
            let old = result.value(at: path)
            guard old.isValid, !old.isNull, let new = replacement(old) else { continue }
            result = result.setting(new, at: path)
        }
        return result
    }

    private func program(_ expression: JQExpression) throws(JQError) -> JQProgram {
        do { return try programs.program(expression) } catch {
            throw JQError(message: error.description)
        }
    }
}

extension Normalisation.Format {
    fileprivate func input(_ bytes: [UInt8]) -> JQValue? {
        bytes.withUnsafeBytes { buffer in
            switch self {
            case .json: JQValue(json: buffer)
            case .text: JQValue(text: buffer)
            case .bytes:
                JQValue(
                    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
            }
        }
    }

    /// Text is the string itself and anything else its JSON; bytes likewise, digits read back where they are such.
    fileprivate func output(_ value: JQValue) -> [UInt8] {
        switch self {
        case .json: return Array(value.json.utf8)
        case .text: return value.bytes
        case .bytes:
            let digits = value.bytes
            let pairs = stride(from: 0, to: digits.count, by: 2).map { start in
                UInt8(
                    String(decoding: digits[start..<min(start + 2, digits.count)], as: UTF8.self),
                    radix: 16)
            }
            let isWhole = digits.count % 2 == 0 && pairs.allSatisfy { $0 != nil }
            return isWhole ? pairs.compactMap { $0 } : digits
        }
    }
}
