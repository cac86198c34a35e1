extension Simulator {
    /// Asks a service and waits for its reply.
    mutating func call(_ process: Int32, _ operation: Operation) -> Outcome {
        let message = processes[process].message
        let service = operation.object
        processes[process].calls &+= 1
        let number = messages[message].number
        let attempt = processes[process].attempt
        let (request, reply) = operation.stream.pair(number, attempt)
        let isLost = isHit(process, operation.site, request, operation.probability)
        let replyIsLost =
            !isLost && isHit(process, operation.site, reply, operation.otherProbability)
        trace(process, .call, isLost ? 1 : 0)
        processes[process].state = .calling
        if operation.amount > 0 { schedule(process, now + operation.amount) }
        if isLost { return .waits }
        let server = makeProcess(.server)
        processes[server].unit = Int32(program.handlers.count) + service
        processes[server].message = message
        processes[server].caller = process
        processes[server].receipt = processes[process].calls
        processes[server].replyIsLost = replyIsLost
        processes[server].attempt = attempt
        processes[server].state = .running
        processes[server].began = now
        if writesBlindly { forgetLoads(server) }
        processes[server].counter = starts[program.handlers.count + Int(service)]
        messages[message].references += 1
        touch(
            server, .request,
            Footprint(.service, service, messages[message].key, .readModifyWrite), number)
        if isTroubled, let time = addedTime(service: service, server), time > 0 {
            schedule(server, now + time)
            return .waits
        }
        calling = process
        advance(server)
        calling = -1
        // The service may have answered at once.
        if processes[process].state == .calling { return .waits }
        return .goOn
    }

    mutating func isHit(
        _ process: Int32, _ site: Int32, _ bits: UInt64, _ probability: UInt64
    ) -> Bool {
        guard probability > 0 else { return false }
        let drawn: Int32 = bits < probability || probability == .max ? 1 : 0
        return choose(.fault, site, process, 2, drawn: drawn) == 1
    }

    /// A service has done its work.
    mutating func reply(_ server: Int32) {
        answer(server, fails: false)
    }

    /// A service failed; its caller is told.
    mutating func failService(_ server: Int32) {
        answer(server, fails: true)
    }

    private mutating func answer(_ server: Int32, fails: Bool) {
        let row = processes[server]
        trace(server, .reply, fails ? 1 : 0)
        if row.lock >= 0 { releaseLocks(server) }
        let caller = row.caller
        let isAwaited =
            !row.replyIsLost && processes[caller].state == .calling
            && processes[caller].calls == row.receipt
            && processes[caller].message == row.message
        let isAtOnce = calling == caller
        free(server)
        if isAwaited {
            processes[caller].state = .running
            processes[caller].awaited = 0
            processes[caller].replyIsLost = fails
            // Within the call itself the caller goes on by itself.
            if !isAtOnce || fails { schedule(caller, max(now, processes[caller].pausedUntil)) }
            if fails { processes[caller].state = .calling }
        }
        dropReference(row.message)
    }

    /// No reply came in time, or one that says that the service failed.
    mutating func timeOutCall(_ process: Int32) {
        let failed = processes[process].replyIsLost
        processes[process].replyIsLost = false
        trace(process, .timeOut)
        if fail(process, failed ? .fault : .timeout) { advance(process) }
    }
}
