import Foundation
import KafkaClient
import Records

/// Balances of accounts, in a file that is written anew for each record. The bug: an offset is taken for the
/// name of a message, so one that its producer sent once more counts twice.
///
/// `VARIANT=fixed` goes by the message's own id, which stands in the file beside the balance.
@main
struct Balances {
    struct Account: Codable {
        var key: String
        var balance: Int
        var ids: [String]
    }

    struct Payment: Decodable {
        var id: String
        var amount: Int
    }

    private let file: URL
    private let isFixed: Bool
    private var accounts: [String: Account] = [:]
    private var next: [TopicPartition: Offset] = [:]

    static func main() throws {
        let environment = ProcessInfo.processInfo.environment
        func value(_ name: String) throws -> String {
            guard let value = environment[name] else { throw Missing(name: name) }
            return value
        }
        var clients = ClientConfiguration(bootstrapServers: try value("KAFKA_BOOTSTRAP_SERVERS"))
        clients.set("auto.offset.reset", to: "earliest")
        clients.set("session.timeout.ms", to: try value("KERFUFFLE_SESSION_TIMEOUT_MS"))
        clients.set("heartbeat.interval.ms", to: "500")
        let consumer = try Consumer(clients, group: try value("KAFKA_GROUP_ID"))
        try consumer.subscribe(to: [try value("KERFUFFLE_TOPIC_ORDERS")])
        var system = try Balances(
            state: try value("KERFUFFLE_STATE"), isFixed: environment["VARIANT"] == "fixed")
        while true {
            try consumer.poll(timeout: .milliseconds(50), max: 1) { _ in
            } records: { message in
                let source = consumer.partition(ofSlot: message.slot)
                var block = RecordBlock(source: source)
                try message.append(to: &block, arrivalNs: 0)
                try system.handle(block.record(at: 0))
                try consumer.commit(
                    [CommittedPosition(source, offset: message.offset + 1)], timeout: .seconds(10))
            }
        }
    }

    struct Missing: Error { var name: String }

    init(state: String, isFixed: Bool) throws {
        file = URL(fileURLWithPath: state + "/balances.jsonl")
        self.isFixed = isFixed
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
        for line in text.split(separator: "\n") {
            let account = try JSONDecoder().decode(Account.self, from: Data(line.utf8))
            accounts[account.key] = account
        }
    }

    mutating func handle(_ record: Record) throws {
        guard let key = record.key, let value = record.value else { return }
        let payment = try JSONDecoder().decode(Payment.self, from: Data(value))
        let name = String(decoding: key, as: UTF8.self)
        var account = accounts[name] ?? Account(key: name, balance: 0, ids: [])
        if isFixed {
            if account.ids.contains(payment.id) { return }
            account.ids = (account.ids + [payment.id]).sorted()
        } else {
            if record.offset < next[record.source] ?? 0 { return }
            next[record.source] = record.offset + 1
        }
        account.balance += payment.amount
        accounts[name] = account
        try save()
    }

    /// The old file stays until the new one is whole.
    private func save() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = Data()
        for (_, account) in accounts.sorted(by: { $0.key < $1.key }) {
            text += try encoder.encode(account) + Data("\n".utf8)
        }
        try text.write(to: file, options: .atomic)
    }
}
