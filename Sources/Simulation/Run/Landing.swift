/// What a worker had sent to a store before it died.
extension Simulator {
    /// Where a worker that dies waits for a store, the store has its request: it takes effect when it would have.
    mutating func sendOff(_ worker: Int32, _ unit: Int) {
        let next = Int(processes[worker].counter)
        guard processes[worker].state == .running, processes[worker].awaited != 0,
            operations[next].code == .store, operations[next - 1].code == .think,
            operations[next - 1].isRemote
        else { return }
        let message = processes[worker].message
        let request = makeProcess(.chore)
        let (due, row) = (processes[worker].due, processes[worker])
        processes[request].counter = Chore.landing.rawValue
        processes[request].unit = row.unit
        processes[request].message = message
        processes[request].attempt = row.attempt
        processes[request].token = row.token
        processes[request].change = row.change
        processes[request].calls = Int32(next)
        for register in 0..<registers {
            values[Int(request) * registers + register] = values[Int(worker) * registers + register]
            versions[Int(request) * registers + register] =
                versions[Int(worker) * registers + register]
            kept[Int(request) * registers + register] = kept[Int(worker) * registers + register]
        }
        messages[message].references += 1
        schedule(request, due)
    }

    /// The store carries it out; nobody waits for the answer.
    mutating func land(_ request: Int32) {
        let message = processes[request].message
        _ = store(request, operations[Int(processes[request].calls)])
        free(request)
        dropReference(message)
    }
}
