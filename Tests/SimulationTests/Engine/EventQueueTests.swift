import Testing

@testable import Simulation

@Suite struct EventQueueTests {
    private struct Key: Comparable {
        let time: Int64
        let order: UInt64
        let sequence: UInt64
        let payload: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.time, left.order, left.sequence) < (right.time, right.order, right.sequence)
        }
    }

    /// Pushes and pops by a fixed sequence of pseudo-random numbers, beside a sorted list.
    @Test(arguments: [1, 2, 3, 4, 5])
    func `entries leave by time, class and insertion`(seed: Int64) {
        let stream = RandomStream(seed: "\(seed)", name: "test")
        var queue = EventQueue(capacity: 4)
        var expected: [Key] = []
        for step in 0..<3000 {
            let (first, second) = stream.pair(Int64(step), 0)
            if first % 5 < 3 {
                let time = Int64(step / 20) + Int64(second % 50)
                let order = EventQueue.Class(rawValue: first >> 32 % 3) ?? .step
                // Some in line, of which some are not in their order.
                let isInLine = first >> 40 % 4 == 0
                let sequence =
                    isInLine
                    ? queue.pushInLine(time, step, order) : queue.push(time, step, order)
                expected.append(
                    Key(time: time, order: order.rawValue, sequence: sequence, payload: step))
                expected.sort()
            } else {
                let entry = queue.pop()
                let due = expected.isEmpty ? nil : expected.removeFirst()
                #expect(entry?.time == due?.time)
                #expect(entry?.payload == due?.payload)
                #expect(entry?.sequence == due?.sequence)
            }
            #expect(queue.waiting == expected.count)
        }
        while let due = expected.first {
            #expect(queue.nextTime() == due.time)
            #expect(queue.pop()?.payload == due.payload)
            expected.removeFirst()
        }
        #expect(queue.pop() == nil)
    }
}
