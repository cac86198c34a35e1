import Foundation
import Testing

@testable import KafkaClient

struct LimitedCallTests {
    @Test
    func `a call that returns gives its answer, also where there is no hope already`() {
        #expect(LimitedCall { 7 }.value(unless: { false }) == 7)
        let late = LimitedCall {
            Thread.sleep(forTimeInterval: 0.05)
            return 8
        }
        #expect(late.value(grace: .seconds(30), unless: { true }) == 8)
    }

    @Test
    func `a call that never returns is left behind, once there is no hope or time`() {
        let never = DispatchSemaphore(value: 0)
        defer { never.signal() }
        let hopeless = LimitedCall { never.wait() }
        var asked = 0
        let answer: Void? = hopeless.value(grace: .zero, limit: .seconds(600)) {
            asked += 1
            return asked > 2
        }
        #expect(answer == nil)
        #expect(asked == 3)
        let late: Void? = hopeless.value(limit: .milliseconds(20), unless: { false })
        #expect(late == nil)
    }
}
