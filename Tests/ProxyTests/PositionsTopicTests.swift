import KafkaClient
import Records
import Testing

@testable import Proxy

@Suite struct PositionsTopicTests {
    private static let orders = TopicPartition("orders", 3)

    private static func record(_ key: [UInt8]?, _ value: [UInt8]?) -> Record {
        Record(source: TopicPartition("g.shadow.positions", 3), offset: 5, key: key, value: value)
    }

    @Test func `positions of any group, and what takes one away, are what the topic is for`() {
        let position = CommittedPosition(Self.orders, offset: 7, metadata: "m")
        for group in ["g", "other"] {
            let key = PositionsTopic.key(Self.orders, group: group)
            for value in [PositionsTopic.value(position), nil] {
                #expect(PositionsTopic.isPosition(Self.record(key, value)))
            }
        }
    }

    @Test func `anything else is somebody's records`() {
        let key = PositionsTopic.key(Self.orders, group: "g")
        for (key, value) in [
            (nil, nil), (nil, Array("{}".utf8)), (Array("order-7".utf8), nil),
            (Array(#"{"group":"g"}"#.utf8), nil), (key, Array("{}".utf8)), (key, []),
            (key, Array(#"{"offset":1}"#.utf8)),
        ] as [([UInt8]?, [UInt8]?)] {
            #expect(!PositionsTopic.isPosition(Self.record(key, value)))
        }
    }
}
