import Testing

@testable import Proxy

@Suite struct FlowTests {
    @Test func `a full pipe waits a moment, then holds, then lets go`() {
        var pressure = Pressure()
        let second: UInt64 = 1_000_000_000
        #expect(pressure.step(isFull: false, hasRoom: true, nowNs: 0) == .read)
        #expect(pressure.step(isFull: true, hasRoom: false, nowNs: 10) == .wait)
        #expect(pressure.step(isFull: false, hasRoom: true, nowNs: 20) == .read)
        #expect(pressure.step(isFull: true, hasRoom: false, nowNs: second) == .wait)
        #expect(pressure.step(isFull: true, hasRoom: false, nowNs: 2 * second - 1) == .wait)
        #expect(pressure.step(isFull: true, hasRoom: false, nowNs: 2 * second) == .hold)
        #expect(pressure.step(isFull: false, hasRoom: false, nowNs: 3 * second) == .holding)
        #expect(pressure.step(isFull: false, hasRoom: true, nowNs: 3 * second) == .release)
        #expect(pressure.step(isFull: false, hasRoom: true, nowNs: 3 * second) == .read)
    }

    @Test func `an empty queue says that all was read`() {
        var mark = ReadMark()
        mark.note(taken: 5, beganNs: 100, emptied: true, queued: { 0 })
        #expect(mark.upToNs == 100)
    }

    @Test func `a queue that is never empty is read as far as it was long`() {
        var mark = ReadMark()
        mark.note(taken: 10, beganNs: 100, emptied: false, queued: { 25 })
        mark.note(taken: 10, beganNs: 200, emptied: false, queued: { 25 })
        mark.note(taken: 10, beganNs: 300, emptied: false, queued: { 25 })
        #expect(mark.upToNs == 0)
        mark.note(taken: 10, beganNs: 400, emptied: false, queued: { 25 })
        #expect(mark.upToNs == 100)
    }

    @Test func `times of arrival rise, whatever was in use`() {
        let now = ArrivalClock.monotonic()
        var clock = ArrivalClock(after: 0)
        let first = clock.next(at: now)
        #expect(clock.next(at: now) == first + 1)
        #expect(clock.next(at: now - 5) == first + 2)
        var later = ArrivalClock(after: first + 1_000_000_000_000)
        #expect(later.next(at: now) == first + 1_000_000_000_001)
    }
}
