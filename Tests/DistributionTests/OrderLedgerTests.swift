import Records
import Testing

@testable import Hunting

@Suite struct OrderLedgerTests {
    private let source = TopicPartition("trials", 0)
    private func key(_ number: Int) -> OrderLedger.Key { .init(run: "r", number: number) }

    @Test func `a position covers no order that is open, whatever comes behind it`() {
        var ledger = OrderLedger()
        for offset in 0..<4 { ledger.take(key(offset), from: source, at: Int64(offset) * 2) }
        ledger.finish(key(1))
        ledger.finish(key(3))
        #expect(ledger.positions().isEmpty)
        ledger.finish(key(0))
        #expect(ledger.positions() == [source: 4])
        #expect(ledger.positions().isEmpty)
        ledger.finish(key(2))
        #expect(ledger.positions() == [source: 7])
    }

    @Test func `a trial that was ordered twice is done with in both places`() {
        var ledger = OrderLedger()
        ledger.take(key(1), from: source, at: 0)
        ledger.take(key(1), from: source, at: 1)
        #expect(ledger.holds(key(1)))
        ledger.finish(key(1))
        #expect(ledger.positions() == [source: 2])
        #expect(!ledger.holds(key(1)))
    }

    @Test func `what another worker has now is not committed`() {
        var ledger = OrderLedger()
        ledger.take(key(1), from: source, at: 0)
        ledger.drop([source])
        ledger.finish(key(1))
        #expect(ledger.positions().isEmpty)
        #expect(!ledger.holds(key(1)))
    }
}
