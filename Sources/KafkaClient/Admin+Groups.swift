internal import CRdkafka

extension Admin {
    /// How many members a group has now; 0 for one that is not there.
    public func memberCount(ofGroup name: String, timeout: Duration) throws(KafkaError) -> Int {
        var list: UnsafePointer<rd_kafka_group_list>?
        let code = rd_kafka_list_groups(handle.client, name, &list, timeout.milliseconds)
        // A part of the brokers may have answered: then the list is there all the same.
        defer { if let list { rd_kafka_group_list_destroy(list) } }
        guard let list else {
            try KafkaError.check(code, during: "describe the group \(name)")
            return 0
        }
        var count = 0
        for index in 0..<Int(list.pointee.group_cnt) {
            let group = list.pointee.groups[index]
            guard let text = group.group, String(cString: text) == name else { continue }
            try KafkaError.check(group.err, during: "describe the group \(name)")
            count += Int(group.member_cnt)
        }
        return count
    }
}
