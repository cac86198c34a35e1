import Hunting
import Records
import Testing

@Suite struct RecordNameTests {
    @Test(arguments: [("orders/3@1204", "orders", 3, 1204), ("a/b/0@0", "a/b", 0, 0)])
    func `a record's name reads back`(
        text: String, topic: String, partition: Int32, offset: Offset
    ) {
        let name = RecordName(TopicPartition(topic, partition), offset)
        #expect(RecordName(parsing: text) == name)
        #expect(name.description == text)
    }

    @Test(arguments: ["", "orders", "orders/3", "orders@3", "/3@4", "orders/x@4", "orders/-1@4"])
    func `other text is none`(text: String) {
        #expect(RecordName(parsing: text) == nil)
    }
}
