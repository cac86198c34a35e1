/// Effects, by identity: of each how many there are, and the first and the last.
struct StreamedEffects {
    private(set) var counts: [Int32] = []
    private(set) var firsts: [Int] = []
    private(set) var lasts: [Int] = []
    /// Identities in the order of their first effects.
    private(set) var order: [Int32] = []

    mutating func take(_ piece: StreamedJudge.Piece) {
        for (index, key) in piece.keys.enumerated() where key >= 0 {
            let number = Int(key)
            while counts.count <= number {
                counts.append(0)
                firsts.append(-1)
                lasts.append(-1)
            }
            if counts[number] == 0 {
                firsts[number] = piece.first + index
                order.append(key)
            }
            counts[number] += 1
            lasts[number] = piece.first + index
        }
    }

    func count(of key: Int) -> Int { counts.indices.contains(key) ? Int(counts[key]) : 0 }
}

extension StreamedJudge {
    /// As ``Judge/effects(missing:repeated:)`` says of a feed that delivered each record once.
    func effects(
        _ effects: StreamedEffects, missing: Bool, repeated: Bool, _ result: inout Judgement
    ) {
        var latest = [StreamedInputs.Place](repeating: .none, count: inputs.sources.count + 1)
        var wrong: [Int] = []
        for key in inputs.keys {
            guard let first = inputs.first(of: key) else { continue }
            result.judged += 1
            let count = effects.count(of: key)
            if count > 0 {
                let source = Int(first.source) + 1
                latest[source] = max(latest[source], first)
            }
            if (count > 1 && repeated) || (count == 0 && missing) { wrong.append(key) }
        }
        wrong.sort { (inputs.first(of: $0) ?? .none) < (inputs.first(of: $1) ?? .none) }
        for key in wrong {
            guard let first = inputs.first(of: key) else { continue }
            let (count, times) = (effects.count(of: key), inputs.deliveries(of: key))
            if count == 0 {
                let isLost = first < latest[Int(first.source) + 1]
                result.note(.system) {
                    breach(
                        isLost ? .lostWrite : .unseen, .system, Int32(key),
                        EffectWords.missing(shown(Int32(key)), isLost: isLost),
                        [.delivery(Self.number(of: first))])
                }
            } else {
                let isExcused = invariant.contract.delivery != .atLeastOnce && times > 1
                result.note(isExcused ? .injected : .system) {
                    breach(
                        .duplicate, isExcused ? .injected : .system, Int32(key),
                        EffectWords.repeated(shown(Int32(key)), count, deliveries: times),
                        [
                            .delivery(Self.number(of: first)), observed(effects.firsts[key]),
                            observed(effects.lasts[key]),
                        ])
                }
            }
        }
    }

    /// As ``Judge/invented()`` says.
    func invented(_ effects: StreamedEffects, _ result: inout Judgement) {
        for key in effects.order {
            result.judged += 1
            if inputs.first(of: Int(key)) != nil { continue }
            result.note(.system) {
                breach(
                    .invented, .system, key, EffectWords.invented(shown(key)),
                    [observed(effects.firsts[Int(key)])])
            }
        }
    }
}

/// What is wrong with the effects of one identity.
enum EffectWords {
    static func missing(_ shown: String, isLost: Bool) -> String {
        "\(shown) was delivered and has no effect, "
            + (isLost ? "though later ones of its partition have" : "nor has anything later")
    }

    static func repeated(_ shown: String, _ count: Int, deliveries: Int) -> String {
        "\(shown) has \(count) effects; it was delivered "
            + (deliveries == 1 ? "once" : "\(deliveries) times")
    }

    static func invented(_ shown: String) -> String {
        "\(shown) has an effect, and nothing that was delivered accounts for it"
    }
}
