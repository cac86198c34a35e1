import Foundation
import Masking
import Perturbation
import Records

/// What sampling and masking add to a record of JSON, beside the copy that they need.
enum MaskBench {
    private static let value =
        #"{"order":"order-59","event":"created","version":1,"at_ms":1700000001097,"#
        + #""customer":"customer-1207","items":[{"sku":"sku-88123","quantity":2,"cents":1999},"#
        + #"{"sku":"sku-10442","quantity":1,"cents":450}],"email":"jane.doe@shop.test","total_cents":4448}"#

    private static let plans: [(name: String, yaml: String)] = [
        ("sample half of the keys", "{sample: 50%}"),
        ("mask the key", "{mask: {key: token}}"),
        ("scan JSON, no field there", "{mask: {fields: $.nothing}}"),
        ("mask key and one text", "{mask: {key: token, fields: $.customer}}"),
        ("mask one address", "{mask: {fields: {path: $.email, as: email}}}"),
        ("mask one number", "{mask: {fields: {path: $.total_cents, as: digits}}}"),
        (
            "mask key, header and five fields",
            "{mask: {key: token, headers: trace, fields: [$.order, $.customer, '$.items[*].sku', "
                + "{path: $.email, as: email}]}}"
        ),
    ]

    static func run(records: Int, rounds: Int) throws {
        guard let key = MaskKey(Array("a key for measuring".utf8)) else { return }
        var seconds: [String: [Double]] = [:]
        for _ in 0..<rounds {
            for (name, yaml) in plans {
                let plan = try Plan(yaml: Array(yaml.utf8), file: name)
                seconds[name, default: []].append(try time(plan, key, records))
            }
        }
        for (name, _) in plans {
            PerturbationBench.report(name, seconds[name] ?? [], of: records, unit: "record")
        }
        print("values are \(value.utf8.count) bytes of JSON")
    }

    private static func time(_ plan: Plan, _ key: MaskKey, _ records: Int) throws -> Double {
        let source = Workload.source
        guard var intake = Intake(plan, key: key, source: source) else { return 0 }
        var raw = RecordBlock(source: source)
        for offset in 0..<Offset(64) {
            try raw.append(
                Record(
                    source: source, offset: offset, timestamp: .create(1_700_000_000_000),
                    key: Array("order-\(offset)".utf8), value: Array(value.utf8),
                    headers: [Header("trace", "4bf92f3577b34da6")]))
        }
        var block = RecordBlock(source: source, reservingBytes: 1 << 16)
        let start = PerturbationBench.processSeconds()
        for record in 0..<records {
            if record % 64 == 0 { block.removeAll() }
            _ = try intake.take(raw, at: record % 64, into: &block)
        }
        return PerturbationBench.processSeconds() - start
    }
}
