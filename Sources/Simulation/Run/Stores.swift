extension Simulator {
    @inline(__always)
    private func entityIndex(_ process: Int32) -> Int32 {
        messages[processes[process].message].key
    }

    mutating func load(_ process: Int32, _ operation: Operation) -> Outcome {
        let (table, key) = (Int(operation.object), entityIndex(process))
        stores[table].reach(Int(key))
        let register = Int(process) * registers + Int(operation.register)
        let entity = stores[table][key]
        if operation.fencing == .load {
            let token = token(of: process, operation.lock)
            if token < entity.token {
                counts[side(process)].fenced += 1
                trace(process, .fence, token)
                return .failed(.conflict)
            }
            stores[table][key].token = token
        }
        values[register] = entity.value
        versions[register] = entity.version
        kept[register] = entity.kept
        // A load that registers a token changes what the store knows.
        touch(
            process, .load,
            Footprint(
                .entity, operation.object, key,
                operation.fencing == .load ? .readModifyWrite : .read),
            entity.value, entity.version)
        return .goOn
    }

    mutating func check(_ process: Int32, _ operation: Operation) -> Outcome {
        let value = values[Int(process) * registers + Int(operation.register)]
        trace(process, .check, value)
        if value >= operation.amount { return .goOn }
        counts[side(process)].rejected += 1
        trace(process, .reject, value)
        return .ended
    }

    /// Writes an entity; the loaded version decides whether the write is stale, and under `versioned`
    /// whether it is accepted.
    mutating func store(_ process: Int32, _ operation: Operation) -> Outcome {
        let (table, key) = (Int(operation.object), entityIndex(process))
        stores[table].reach(Int(key))
        let register = Int(process) * registers + Int(operation.register)
        let entity = stores[table][key]
        // A write that looks at nothing is not stale.
        let isStale = entity.version != versions[register] && versions[register] >= 0
        let change = processes[process].change
        noteStoreUnderLock(process)
        let token = operation.fencing == .none ? 0 : token(of: process, operation.lock)
        if operation.fencing != .none && token < entity.token {
            counts[side(process)].fenced += 1
            touch(
                process, .fence, Footprint(.entity, operation.object, key, .read), token)
            return .failed(.conflict)
        }
        var value = entity.value &+ change
        switch operation.mode {
        case .value: value = values[register] &+ change
        case .delta: break
        case .versioned:
            if isStale {
                touch(
                    process, .conflict, Footprint(.entity, operation.object, key, .read),
                    versions[register], entity.version)
                return .failed(.conflict)
            }
        case .conditional:
            if entity.value < operation.amount {
                counts[side(process)].rejected += 1
                touch(
                    process, .reject, Footprint(.entity, operation.object, key, .read),
                    entity.value)
                return .ended
            }
        }
        stores[table][key].value = value
        stores[table][key].version = entity.version + 1
        let included = (operation.mode == .value ? kept[register] : entity.kept) &+ 1
        stores[table][key].kept = included
        stores[table][key].accepted = entity.accepted &+ change
        if operation.fencing != .none { stores[table][key].token = token }
        counts[side(process)].stores += 1
        if isStale {
            counts[side(process)].staleStores += 1
            if operation.mode == .value { noteOverwrite(process, operation, entity) }
        }
        if change != 0 {
            noteDeed(process, operation, Footprint(.entity, operation.object, key, .write))
            if change < 0 && -entity.accepted &- change > operation.stock {
                noteOversell(process, operation, entity)
            }
        }
        // What a later store of the same attempt sees is what it wrote.
        values[register] = value
        versions[register] = entity.version + 1
        kept[register] = included
        let access: Footprint.Access =
            switch operation.mode {
            case .value: .write
            case .delta: .commutative
            case .versioned, .conditional: .readModifyWrite
            }
        touch(
            process, .store, Footprint(.entity, operation.object, key, access), value,
            entity.version + 1)
        return .goOn
    }

    @inline(__always)
    func side(_ process: Int32) -> Int {
        messages[processes[process].message].isMeasured ? 1 : 0
    }

    // MARK: Effects and inboxes

    mutating func effect(_ process: Int32, _ operation: Operation) -> Outcome {
        let message = processes[process].message
        let number = messages[message].number
        if operation.register >= 0 {
            let table = inbox(process, operation.register)
            let isNew = inboxes[table].note(number, at: now)
            touch(
                process, .note,
                Footprint(.inbox, operation.register, Self.folded(number), .readModifyWrite),
                isNew ? 1 : 0)
            if !isNew {
                counts[side(process)].duplicates += 1
                processes[process].isRepeat = processes[process].kind != .server
                return .ended
            }
        }
        let origin = messages[message].origin
        messages[origin].effects &+= 1
        counts[side(process)].effects += 1
        let footprint = Footprint(
            .service, 0x4000 | operation.object, Self.folded(number), .commutative)
        noteDeed(process, operation, footprint)
        touch(process, .effect, footprint, Int64(messages[origin].effects))
        return .goOn
    }

    /// The table of an inbox that a process sees.
    private mutating func inbox(_ process: Int32, _ index: Int32) -> Int {
        let first = Int(index) * max(1, nodeCount)
        return inboxes[first].isInMemory ? first + Int(max(0, processes[process].node)) : first
    }

    mutating func lookUp(_ process: Int32, _ operation: Operation) -> Outcome {
        let number = messages[processes[process].message].number
        let isKnown = inboxes[inbox(process, operation.object)].knows(number, at: now)
        touch(
            process, .lookUp, Footprint(.inbox, operation.object, Self.folded(number), .read),
            isKnown ? 1 : 0)
        guard isKnown else { return .goOn }
        counts[side(process)].duplicates += 1
        processes[process].isRepeat = processes[process].kind != .server
        trace(process, .duplicate)
        return .ended
    }

    mutating func note(_ process: Int32, _ operation: Operation) -> Outcome {
        let number = messages[processes[process].message].number
        let isNew = inboxes[inbox(process, operation.object)].note(number, at: now)
        touch(
            process, .note,
            Footprint(.inbox, operation.object, Self.folded(number), .readModifyWrite),
            isNew ? 1 : 0)
        return .goOn
    }

    /// A message's number in 31 bits; footprints of two that fold alike only look dependent.
    private static func folded(_ number: Int64) -> Int32 {
        Int32(truncatingIfNeeded: (number ^ number >> 31) & 0x7FFF_FFFF)
    }
}
