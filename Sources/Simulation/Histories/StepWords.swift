import Checking

/// Steps of a timeline in words.
enum StepWords {
    static func kind(_ entry: TraceEntry) -> Timeline.Step.Kind {
        switch entry.what {
        case .begin, .request, .arrive, .restart: .begin
        case .load, .lookUp: .read
        case .store, .note: .write
        case .effect, .publish, .call: .effect
        case .wait, .acquire, .release, .expire, .renew: .lock
        case .conflict, .fence, .refuse, .reject, .duplicate, .lateAck: .refusal
        case .fail, .timeOut, .kill, .deadLetter, .discard, .lose, .drop, .corrupt, .forget, .expel:
            .failure
        case .commit, .reply: .end
        default: .other
        }
    }

    /// `load v3 = 7`; the object is named only where it is not the one that the timeline is about.
    static func label(
        _ entry: TraceEntry, _ names: SiteNames, of place: Violation.Place
    ) -> String {
        var about = ""
        if let footprint = entry.footprint, names.object(footprint) != place.object,
            footprint.kind != .service || entry.what == .effect
        {
            about = " \(names.object(footprint))"
        }
        switch entry.what {
        case .begin, .request: return "begins"
        case .arrive: return "message \(SiteNames.short(entry.message)) comes"
        case .load: return "load\(about) v\(entry.version) = \(entry.value)"
        case .store: return "store\(about) v\(entry.version) = \(entry.value)"
        case .conflict: return "refused: loaded v\(entry.value), is v\(entry.version)"
        case .fence: return "fenced off, token \(entry.value)"
        case .acquire: return "lock\(about), token \(entry.value)"
        case .release: return "unlock\(about), token \(entry.value)"
        case .expire: return "lease over, token \(entry.value)"
        case .renew: return "lease renewed"
        case .wait: return "waits for lock\(about)"
        case .effect, .publish: return "\(entry.what)\(about)"
        case .call where entry.value == 1: return "call, the request is lost"
        case .commit: return "done"
        case .reject: return "rejected, \(entry.value) left"
        case .timeOut: return "timed out"
        case .fail: return "fails"
        case .kill: return "killed"
        case .restart: return "up again"
        case .lateAck: return "acknowledged too late"
        case .redeliver: return "message \(SiteNames.short(entry.message)) delivered again"
        case .replay: return "message \(SiteNames.short(entry.message)) replayed"
        case .deadLetter, .discard: return "message \(SiteNames.short(entry.message)) given up"
        case .park: return "message \(SiteNames.short(entry.message)) to the dead letters"
        case .redrive: return "message \(SiteNames.short(entry.message)) back from there"
        case .lose: return "message \(SiteNames.short(entry.message)) lost"
        case .drop: return "message \(SiteNames.short(entry.message)) dropped"
        case .again: return "message \(SiteNames.short(entry.message)) sent once more"
        case .corrupt: return "message \(SiteNames.short(entry.message)) spoilt"
        case .forget: return "forgotten by\(about)"
        case .expel: return "\(names.unit(entry.unit)) node \(entry.version + 1) taken for dead"
        case .assign:
            return "partition \(entry.value) to \(names.unit(entry.unit)) node \(entry.version + 1)"
        default: return "\(entry.what)\(about)"
        }
    }

    /// What the order of the two marked steps has to do with it.
    ///
    /// - Parameter isAgain: the attempt that broke it was not the first at its message.
    static func cause(_ invariant: Invariant, isAgain: Bool) -> String? {
        switch invariant {
        case .noLostUpdate:
            "Had the load (1) come behind the store (2), nothing would be lost."
        case .noOversell: "What was checked (1) was no longer true when it was acted on (2)."
        case .exactlyOnceEffect:
            "The same message was worked on twice, and the effect (1) does not know it."
        case .fifoPerKey where isAgain:
            "It was tried again when a later one of its key had had its turn."
        case .fifoPerKey: "Workers do not wait for each other."
        case .conservation:
            "What was taken off and what was promised are no longer the same: a change was lost, or made "
                + "twice for one message."
        case .mutualExclusion: "A lease ends whether or not its holder has."
        case .boundedStaleness:
            "What was loaded (1) had been overwritten (2) for longer than the bound when it was acted on."
        case .allHandledOrDead: nil
        }
    }

    /// What would have kept them apart.
    static func advice(_ invariant: Invariant, isAgain: Bool) -> String? {
        switch invariant {
        case .noLostUpdate:
            "A version that is checked at the store (optimistic), one conditional update (atomic), or one "
                + "worker for each entity (partitioned, actor) keeps them apart."
        case .noOversell:
            "A check within the update (atomic), a version (optimistic), or one worker for each entity "
                + "keeps them together."
        case .exactlyOnceEffect:
            "A key that is written with the effect, in one transaction, makes the second one harmless."
        case .fifoPerKey where isAgain:
            "An order that keeps turns does not let that happen: retries that are inline or keep their turn "
                + "(keepsTurn: true), or a broker that blocks the key (admission: brokerBlocksKey)."
        case .fifoPerKey: "order: key, or partitions with one worker each, do."
        case .mutualExclusion: "Only the store can refuse who comes too late: fencing: load."
        case .conservation, .boundedStaleness, .allHandledOrDead: nil
        }
    }
}
