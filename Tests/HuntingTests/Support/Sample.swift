import Foundation
import Hunting
import Records

/// A hunt file with parts exchanged.
enum Sample {
    static func text(
        topics: String = "{orders: 2}", system: String = "{command: [sleep, '60']}",
        observe: String = "[{topic: out}]", extra: String = ""
    ) -> String {
        """
        workload:
          generate:
            records: 12
            keys: 3
            operations:
              - name: put
                weight: 3
                value: {id: "${id}", n: "${sequence}", amount: "${int:1..9}", note: "to ${key}"}
              - name: delete
                value: null
        input: {topics: \(topics)}
        observe: \(observe)
        system: \(system)
        invariants: [{uniqueness: {stream: out, key: .id}}]
        \(extra)

        """
    }

    static func document(_ text: String = Sample.text()) throws -> HuntDocument {
        try HuntDocument(yaml: Array(text.utf8), path: "/tmp/hunt.yaml")
    }

    /// Records of two partitions, one after the other in turn.
    static let workload = Workload(
        (0..<6).map { index in
            Record(
                source: TopicPartition("orders", Int32(index % 2)), offset: Offset(index / 2),
                key: Array("k\(index % 2)".utf8), value: Array("v\(index)".utf8))
        })

    static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "hunting-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
