internal import CRdkafka

extension Admin {
    /// Who is in a group now; nobody where it is not there.
    public func membership(
        ofGroup name: String, timeout: Duration
    ) throws(KafkaError) -> GroupMembership {
        var list: UnsafePointer<rd_kafka_group_list>?
        let code = rd_kafka_list_groups(handle.client, name, &list, timeout.milliseconds)
        // A part of the brokers may have answered: then the list is there all the same.
        defer { if let list { rd_kafka_group_list_destroy(list) } }
        guard let list else {
            try KafkaError.check(code, during: "describe the group \(name)")
            return GroupMembership()
        }
        var membership = GroupMembership()
        for index in 0..<Int(list.pointee.group_cnt) {
            let group = list.pointee.groups[index]
            guard let text = group.group, String(cString: text) == name else { continue }
            try KafkaError.check(group.err, during: "describe the group \(name)")
            membership.isStable = group.state.map { String(cString: $0) == "Stable" } ?? false
            for member in 0..<Int(group.member_cnt) {
                guard let id = group.members[member].member_id else { continue }
                membership.members.append(String(cString: id))
            }
        }
        membership.members.sort()
        return membership
    }
}
