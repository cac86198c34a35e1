/// What a team says in jq, or in a program of its own.
extension Judge {
    mutating func related(
        _ kinds: Set<Injection.Kind>, _ condition: JQCondition
    ) throws(CheckingError) -> Judgement {
        guard facts.all.subtracting(Touch(kinds)).isEmpty else { return Judgement(invariant) }
        let question = EvidenceJSON(evidence, baseline: baseline)
            .relation(stream: invariant.stream)
        return try asked(condition, question)
    }

    mutating func custom(_ condition: JQCondition) throws(CheckingError) -> Judgement {
        try asked(condition, EvidenceJSON(evidence, baseline: baseline).bytes)
    }

    private func asked(
        _ condition: JQCondition, _ question: [UInt8]
    ) throws(CheckingError) -> Judgement {
        let program = try columns.programs.program(condition.expression)
        guard let input = question.withUnsafeBytes({ JQValue(json: $0) }) else {
            throw CheckingError("\(invariant.origin): the evidence cannot be read as JSON")
        }
        do {
            return try Self.judgement(of: invariant, answering: program.results(of: input))
        } catch let error as JQError {
            throw CheckingError("\(invariant.origin): fails on the evidence: \(error.message)")
        } catch let error as CheckingError {
            throw error
        } catch {
            throw CheckingError("\(invariant.origin): \(error)")
        }
    }

    /// `true` or an empty list: it holds. `false`, `null` or nothing: it does not. A text, or a list of texts or of
    /// `{"words": …, "entity": …, "anomaly": …}`: a breach each.
    static func judgement(
        of invariant: SystemInvariant, answering answers: [JQValue]
    ) throws(CheckingError) -> Judgement {
        var judgement = Judgement(invariant)
        judgement.judged = 1
        let answer = answers.count == 1 ? answers[0].elements ?? answers : answers
        if answer.isEmpty, answers.count == 1 { return judgement }
        if answers.isEmpty {
            judgement.note(.system) { breach(of: invariant, "nothing came of it") }
        }
        for part in answer {
            if part.json == "true" { continue }
            if part.isTrue, part.text == nil, part.field("words") == nil {
                throw CheckingError(
                    "\(invariant.origin): the answer \(RecordText.shown(Array(part.json.utf8))) is neither true, "
                        + "false, a text, nor {\"words\": …}")
            }
            judgement.note(.system) {
                breach(
                    of: invariant, part.text ?? part.field("words")?.text ?? "it is \(part.json)",
                    entity: part.field("entity")?.bytes, anomaly: part.field("anomaly")?.text)
            }
        }
        return judgement
    }

    private static func breach(
        of invariant: SystemInvariant, _ words: String, entity: [UInt8]? = nil,
        anomaly: String? = nil
    ) -> Breach {
        Breach(
            FailureSignature(
                invariant: invariant.name, anomaly: anomaly ?? ObservedAnomaly.custom.rawValue,
                role: invariant.stream),
            entity: entity, words: words)
    }
}
